import { TrieRouter } from 'hono/router/trie-router';
import { type Problem, problem } from '../kit/problem.ts';
import type { RelayedRoute } from './routes.ts';
import { isCanonical, pathOf } from './target.ts';

/** Says what is wrong with a request target that no route took: 400, 405 or 404. */
export function createUnrouted(routes: readonly RelayedRoute[]): (target: string) => Problem {
  const known = new TrieRouter<readonly string[]>();
  for (const [path, sharing] of Map.groupBy(routes, (route) => route.path)) {
    const methods = sharing.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    known.add('ALL', path, methods);
  }
  return (target) => {
    if (!isCanonical(target)) return problem('bad_request', 'Send a plain path, without encoded or empty segments.');
    const methods = known.match('ALL', pathOf(target))[0][0]?.[0];
    if (!methods) return problem('not_found', 'There is nothing at this address.');
    return problem('method_not_allowed', `Use ${methods.join(' or ')}.`, { headers: { allow: methods.join(', ') } });
  };
}
