import type { Template } from '../../stacks/aws/gates/template.ts';
import type { Json } from '../../stacks/gcp/snapshot.ts';
import { changeSentences } from '../aws/change-sentences.ts';

type Block = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** Who may reach, read or change something hangs on these. */
const ofSecurity =
  /google_(compute_(firewall|vpn_tunnel|router|external_vpn_gateway)|\w*_iam_\w+|service_account|secret_manager_\w+|kms_\w+|dns_managed_zone)\b/;

/**
 * A stack of Terraform in the form that `npm run diff` has words for: things with a type and properties. What is neither a
 * resource nor read from Google keeps its place, so that nothing changes unseen.
 */
export function asTemplate(stack: Json): Template {
  const { resource = {}, data = {}, ...rest } = stack as { resource?: Block; data?: Block };
  const things = [
    ...thingsOf(resource, (type) => type),
    // Read, not made.
    ...thingsOf(data, (type) => `data ${type}`),
  ];
  return { ...rest, Resources: Object.fromEntries(things) } as Template;
}

const thingsOf = (block: Block, typeOf: (type: string) => string) =>
  Object.entries(block).flatMap(([type, named]) =>
    Object.entries(named).map(
      // Names are unique in a stack, whatever type they are of: cdktf refuses a second construct of a name.
      ([name, Properties]) => [name, { Type: typeOf(type), Properties }] as const,
    ),
  );

type Stacks = Readonly<Record<string, Json>>;

/** What differs between two sets of stacks of Google's side, in the words for AWS; `!` marks what security hangs on here, too. */
export function gcpChangeSentences(before: Stacks, after: Stacks): readonly string[] {
  const templates = (stacks: Stacks) =>
    Object.fromEntries(Object.entries(stacks).map(([place, stack]) => [place, asTemplate(stack)]));
  const marked = changeSentences(templates(before), templates(after)).map((line) =>
    /^ {2}(added|removed|changed) /.test(line) && ofSecurity.test(line.split(':')[0] ?? '')
      ? `!${line.slice(1)}`
      : line,
  );
  const count = marked.filter((line) => line.startsWith('! ')).length;
  return marked.map((line) => line.replace(/security hangs on \d+ of them/, `security hangs on ${count} of them`));
}
