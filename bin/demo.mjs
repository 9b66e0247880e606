/** `npm run demo`: says what is missing in words, even where nothing is installed. */
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error('The platform is not installed here yet: run "npm start", and this in a second terminal.');
  process.exit(1);
}
await import('./demo.ts');
