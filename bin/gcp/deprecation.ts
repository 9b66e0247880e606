/** cdktf is archived: nobody replaces what it calls and Node has deprecated, so nobody needs to be told. */
export const keepQuiet = (): void => {
  process.noDeprecation = true;
};
