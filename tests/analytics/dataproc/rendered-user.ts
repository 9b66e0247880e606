/** What Kafka's client makes of the shipped file: Java's properties, then the string of a JAAS entry. */
export function userIn(properties: string): Readonly<Record<string, string>> {
  const lines = properties.split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), jaasString(propertyValue(line.slice(at + 1)))];
    }),
  );
}

/** Java's rules: leading blanks go, a backslash keeps the letter after it, \uXXXX is a UTF-16 unit. */
const propertyValue = (text: string): string =>
  text
    .replace(/^[ \t\f]+/, '')
    .replace(/\\u([0-9a-fA-F]{4})|\\([\s\S])/g, (_, code: string | undefined, letter: string) =>
      code === undefined
        ? ({ t: '\t', n: '\n', r: '\r', f: '\f' }[letter] ?? letter)
        : String.fromCharCode(Number.parseInt(code, 16)),
    );

/** The rules of Java's StreamTokenizer inside double quotes; throws where the string would end early. */
function jaasString(text: string): string {
  if (/(?<!\\)(?:\\\\)*"/.test(text) || /[\r\n]/.test(text)) throw new Error(`the JAAS string ends within ${text}`);
  const controls: Readonly<Record<string, string>> = {
    a: '\x07',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
  };
  return text.replace(/\\(?:([0-3]?[0-7]{1,2})|([\s\S]))/g, (_, octal: string | undefined, letter: string) =>
    octal === undefined ? (controls[letter] ?? letter) : String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
