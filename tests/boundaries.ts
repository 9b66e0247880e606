import { posix } from 'node:path';
import { type Import, importsOf, type Source, withoutComments } from './sources.ts';

/** What a process starts with: the only files of a service that read the environment. Nothing else imports them. */
const entryPoint = /^services\/[^/]+\/(main|handler|migrate|seed|grant-analytics)\.ts$/;

/** Pure decisions and the words they are made in (architecture.md): no framework, no SDK, no Node. */
const domain: ReadonlySet<string> = new Set([
  'services/kit/money.ts',
  'services/kit/clock.ts',
  'services/kit/backoff.ts',
  'services/kit/retry-budget.ts',
  'services/order-service/order.ts',
  'services/order-service/order-fact.ts',
  'services/order-service/move.ts',
  'services/order-service/transition.ts',
  'services/order-service/payment-transition.ts',
  'services/order-service/payment-verdict.ts',
  'services/order-service/next-action.ts',
  'services/order-service/cart.ts',
  'services/payment-service/payment.ts',
  'services/payment-service/attempt-state.ts',
  'services/payment-service/change.ts',
  'services/payment-service/card-number.ts',
  'services/payment-service/refund.ts',
  'services/product-service/product.ts',
  'services/product-service/reservation.ts',
  'services/user-service/user.ts',
  'services/user-service/session.ts',
]);
/** Plain functions of the kit that domain files may call. */
const plainKit = /^services\/kit\/(ids|money|clock|idempotency|problem)\.ts$/;

/** Which package may be imported below which path. */
const homes: readonly (readonly [packages: RegExp, home: RegExp, where: string])[] = [
  [/^kafkajs$/, /^services\/kit\/kafka\.ts$/, 'services/kit/kafka.ts'],
  [/^aws-cdk-lib(\/|$)/, /^stacks\/aws\//, 'stacks/aws'],
  [/^constructs$/, /^(stacks|charts)\//, 'stacks and charts'],
  [/^(cdktf|@cdktf\/.*)$/, /^stacks\/gcp\//, 'stacks/gcp'],
  [/^cdk8s/, /^charts\//, 'charts'],
];

const serviceOf = (path: string): string | undefined => /^services\/([^/]+)\//.exec(path)?.[1];
const topOf = (path: string): string => path.split('/')[0] ?? '';

/** One sentence for each import or reading of the environment that goes against the directions of architecture.md. */
export const brokenBoundaries = (sources: readonly Source[]): readonly string[] => sources.flatMap(sentencesOf);

/** The domain files that exist nowhere, so that the list cannot rot. */
export const missingDomainFiles = (sources: readonly Source[]): readonly string[] =>
  [...domain].filter((path) => !sources.some((source) => source.path === path));

function sentencesOf(source: Source): string[] {
  const broken = importsOf(source).flatMap((one) => {
    const reason = reasonAgainst(source.path, one);
    return reason ? [`${source.path} imports ${one.specifier}: ${reason}.`] : [];
  });
  const mayReadEnvironment = entryPoint.test(source.path) || !/^services\/|^stacks\/|^charts\//.test(source.path);
  if (
    !mayReadEnvironment &&
    /\bprocess\s*(\.\s*env\b|\[)|\{[^}]*\benv\b[^}]*\}\s*=\s*process\b/.test(withoutComments(source.text))
  )
    broken.push(`${source.path} reads process.env: only entry points may.`);
  return broken;
}

function reasonAgainst(from: string, { specifier, typeOnly }: Import): string | undefined {
  if (!specifier.startsWith('.')) return reasonAgainstPackage(from, specifier);
  if (!/\.(ts|mts|mjs|json)$/.test(specifier)) return 'a relative import carries its extension';
  const to = posix.join(posix.dirname(from), specifier);
  if (to.startsWith('..')) return 'it lies outside the repository';
  if (topOf(from) === 'tests' || from === 'vitest.config.ts') return undefined;
  if (topOf(to) === 'tests') return 'only tests import tests';
  if (topOf(to) === 'bin' && topOf(from) !== 'bin') return 'nothing imports bin';
  if (entryPoint.test(to) && !to.endsWith('/handler.ts')) return 'an entry point is started, never imported';
  if (domain.has(from) && !typeOnly && !domain.has(to) && !plainKit.test(to))
    return 'a domain file calls domain files and plain functions of the kit only';
  if (topOf(from) === 'stacks' || topOf(from) === 'charts') return reasonAgainstDescription(from, to);
  return topOf(from) === 'services' ? reasonAgainstService(from, to) : undefined;
}

function reasonAgainstPackage(from: string, specifier: string): string | undefined {
  if (from.startsWith('services/platform/')) return 'the vocabulary imports nothing outside itself';
  if (domain.has(from)) return 'a domain file imports no framework, SDK or Node module';
  if (/^services\/(?!kit\/)[^/]+\/(service|table)\.ts$/.test(from)) return 'facts and tables import no package';
  if (/^services\/[^/]+\/env\.ts$/.test(from) && specifier !== 'zod') return 'env.ts is a zod schema';
  const home = homes.find(([packages]) => packages.test(specifier));
  return home && !home[1].test(from) && topOf(from) !== 'tests' ? `it belongs into ${home[2]} only` : undefined;
}

function reasonAgainstService(from: string, to: string): string | undefined {
  const [own, other] = [serviceOf(from), serviceOf(to)];
  const isFacts = /^services\/[^/]+\/service\.ts$|^analytics\/facts\.ts$/.test(to);
  if (own === 'platform')
    return other === 'platform' || (from.endsWith('/platform.ts') && isFacts)
      ? undefined
      : 'the vocabulary imports nothing outside itself';
  if (/\/service\.ts$/.test(from) && own !== 'kit')
    return other === 'platform' ? undefined : 'facts import the vocabulary only';
  if (/\/table\.ts$/.test(from))
    return other === 'platform' || to === 'services/kit/work-index.ts'
      ? undefined
      : 'a table imports the vocabulary only';
  if (other === 'platform' || other === 'kit' || other === own) return undefined;
  if (topOf(to) === 'docs') return undefined;
  if (own === 'kit') return 'the kit imports no service';
  if (topOf(to) !== 'services') return 'services import services, kit and platform only';
  return /\/events\.ts$/.test(to) ? undefined : 'of another service only events.ts may be imported';
}

function reasonAgainstDescription(from: string, to: string): string | undefined {
  if (topOf(from) === topOf(to)) {
    const [one, other] = [from.split('/')[1], to.split('/')[1]];
    const clouds = ['aws', 'gcp'];
    return clouds.includes(one ?? '') && clouds.includes(other ?? '') && one !== other
      ? 'the two clouds do not import each other'
      : undefined;
  }
  // The rows and the physical names belong to every description, whatever tool reads them.
  if (to === 'stacks/environments.ts' || to === 'stacks/naming.ts') return undefined;
  return serviceOf(to) === 'platform' || /^services\/[^/]+\/(service|table)\.ts$/.test(to)
    ? undefined
    : 'stacks and charts import the vocabulary, service.ts and table.ts only';
}
