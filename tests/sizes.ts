import { basename } from 'node:path';
import { type Source, withoutComments } from './sources.ts';

/** Lines of a file, as an editor counts them. */
export const linesOf = ({ text }: Source): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** The value below which a share of the numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Hand-written maximum of a file, in lines. */
export const maxLines = 300;

const meaningless = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'type', 'types', 'misc', 'shared']);

/** One sentence for each file that is too long, named after nothing, not in kebab-case, or a barrel. */
export const badFiles = (sources: readonly Source[]): readonly string[] =>
  sources.flatMap((source) => {
    const sentences: string[] = [];
    const lines = linesOf(source);
    if (lines > maxLines) sentences.push(`${source.path} has ${lines} lines; ${maxLines} is the limit.`);
    for (const part of source.path.split('/')) {
      if (part.split('.').some((word) => meaningless.has(word.toLowerCase())))
        sentences.push(`${source.path}: "${part}" says nothing; name what it is.`);
    }
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(basename(source.path)))
      sentences.push(`${source.path} is not in kebab-case.`);
    if (isBarrel(source)) sentences.push(`${source.path} only re-exports; import from where things are.`);
    if (/^export default\b/m.test(withoutComments(source.text)) && !/\.(config|setup)\.ts$/.test(source.path))
      sentences.push(`${source.path} has a default export; name it.`);
    return sentences;
  });

function isBarrel({ text }: Source): boolean {
  const code = withoutComments(text).trim();
  const rest = code.replace(
    /(?:^|(?<=[;\n]))\s*(?:export|import)\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*(?:from\s*['"][^'"]+['"])?\s*;?/g,
    '',
  );
  return code !== '' && rest.trim() === '' && /\bexport\b/.test(code);
}
