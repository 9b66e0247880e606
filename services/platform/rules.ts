import type { Binding } from './bindings.ts';
import type { JobFacts, Publication, ServiceFacts, WorkloadFacts } from './facts.ts';
import { dynamoNames, postgresNames, type StoreName, secretNames, topicNames } from './names.ts';
import { type Platform, participants, workloads } from './platform.ts';

/**
 * What the types cannot hold. Returns one sentence for each broken rule, or an empty list; every synth, the local
 * platform and a test refuse a platform with any.
 */
export function brokenRules(platform: Platform): readonly string[] {
  const services = Object.values(platform.services);
  const all = workloads(platform);
  return [
    ...Object.entries(platform.services).flatMap(([key, facts]) =>
      key === facts.name ? [] : [`${key}: its service.ts calls itself ${facts.name}; use one name.`],
    ),
    ...services.flatMap(scalingRules),
    ...services.flatMap(portRules),
    ...localPortRules(services),
    ...exposureRules(services),
    ...routeRules(services),
    ...services.flatMap(callRules),
    ...cycleRules(services),
    ...storeRules(all),
    ...all.flatMap(connectionRules),
    ...topicRules(participants(platform)),
    ...all.flatMap(bindingRules),
  ];
}

function scalingRules({ name, scaling }: ServiceFacts): string[] {
  const broken: string[] = [];
  if (!Number.isInteger(scaling.min) || scaling.min < 1)
    broken.push(`${name}: scaling min must be a whole number from 1.`);
  if (scaling.min > scaling.max) broken.push(`${name}: scaling min ${scaling.min} is above its max ${scaling.max}.`);
  if (scaling.by === 'manual' && (scaling.replicas < scaling.min || scaling.replicas > scaling.max))
    broken.push(`${name}: ${scaling.replicas} replicas lie outside ${scaling.min}–${scaling.max}.`);
  if (scaling.by !== 'manual' && !(scaling.targetPercent >= 1 && scaling.targetPercent <= 100))
    broken.push(`${name}: a ${scaling.by} target of ${scaling.targetPercent} % is not between 1 and 100.`);
  return broken;
}

const isPort = (port: number) => Number.isInteger(port) && port >= 1024 && port <= 65535;

function portRules({ name, port, localPort }: ServiceFacts): string[] {
  const broken: string[] = [];
  if (!isPort(port)) broken.push(`${name}: port ${port} is not between 1024 and 65535.`);
  // Ephemeral ports start at 32768: a fixed port above it can be taken by any outgoing connection.
  if (!isPort(localPort) || localPort >= 32768)
    broken.push(`${name}: local port ${localPort} is not between 1024 and 32767.`);
  return broken;
}

function localPortRules(services: readonly ServiceFacts[]): string[] {
  return services.flatMap((service, index) =>
    services
      .slice(index + 1)
      .filter((other) => other.localPort === service.localPort)
      .map(
        (other) => `${service.name} and ${other.name} share the local port ${service.localPort}; give each its own.`,
      ),
  );
}

function exposureRules(services: readonly ServiceFacts[]): string[] {
  const open = services.filter((service) => service.exposure === 'public').map((service) => service.name);
  return open.length === 1 ? [] : [`Exactly one service is public, not ${open.length} (${open.join(', ') || 'none'}).`];
}

function routeRules(services: readonly ServiceFacts[]): string[] {
  const owners = new Map<string, string>();
  const broken: string[] = [];
  for (const service of services) {
    for (const key of Object.keys(service.publicRoutes)) {
      const shape = key.replace(/:[a-z_]+/g, ':');
      const owner = owners.get(shape);
      if (owner) broken.push(`${key} is a public route of both ${owner} and ${service.name}.`);
      owners.set(shape, service.name);
      if (/\/internal(\/|$)/.test(key))
        broken.push(`${service.name}: ${key} is internal and cannot be a public route.`);
    }
  }
  for (const gateway of services.filter((service) => service.exposure === 'public'))
    for (const service of services)
      if (Object.keys(service.publicRoutes).length > 0 && !gateway.calls.some((call) => call.to === service.name))
        broken.push(`${gateway.name} relays routes of ${service.name} without calling it; add it to its calls.`);
  return broken;
}

function callRules({ name, calls }: ServiceFacts): string[] {
  const broken = calls.some((call) => call.to === name) ? [`${name} calls itself.`] : [];
  for (const to of new Set(calls.map((call) => call.to)))
    if (calls.filter((call) => call.to === to).length > 1) broken.push(`${name} lists its call to ${to} twice.`);
  return broken;
}

function cycleRules(services: readonly ServiceFacts[]): string[] {
  const byName = new Map(services.map((service) => [service.name, service]));
  const done = new Set<string>();
  const broken: string[] = [];
  const visit = (name: ServiceFacts['name'], path: readonly string[]): void => {
    if (path.includes(name)) {
      broken.push(
        `The request path goes in a circle: ${[...path.slice(path.indexOf(name)), name].join(' → ')}; make one of these calls background.`,
      );
      return;
    }
    if (done.has(name)) return;
    for (const call of byName.get(name)?.calls ?? []) if (call.on === 'request') visit(call.to, [...path, name]);
    done.add(name);
  };
  for (const service of services) visit(service.name, []);
  return broken;
}

function storeRules(all: readonly WorkloadFacts[]): string[] {
  const names: readonly StoreName[] = [...postgresNames, ...dynamoNames];
  return names.flatMap((name) => {
    const owners = all.filter((one) => one.stores.some((use) => use.store === name && use.access === 'own'));
    return owners.length === 1
      ? []
      : [
          `Store ${name} needs exactly one owner, not ${owners.length} (${owners.map((one) => one.name).join(', ') || 'none'}).`,
        ];
  });
}

function connectionRules({ name, stores }: WorkloadFacts): string[] {
  return stores.flatMap((use) =>
    'connections' in use && !(Number.isInteger(use.connections) && use.connections >= 1)
      ? [`${name}: ${use.connections} connections to ${use.store} are not a whole number from 1.`]
      : [],
  );
}

function topicRules(all: readonly (WorkloadFacts | JobFacts)[]): string[] {
  const published = all.flatMap((one) => one.publishes.map((publication) => ({ by: one.name, ...publication })));
  const deadLetters = new Set<Publication['deadLetter']>(published.map((one) => one.deadLetter));
  const broken = topicNames.flatMap((name) => {
    const count = published.filter((one) => one.topic === name).length;
    return count === 1 ? [] : [`Topic ${name} needs exactly one publisher that declares it, not ${count}.`];
  });
  for (const one of published) {
    if (one.deadLetter === 'none' && !deadLetters.has(one.topic))
      broken.push(`Topic ${one.topic} has no dead-letter topic; name one in ${one.by}'s service.ts.`);
    if (one.deadLetter === one.topic) broken.push(`Topic ${one.topic} is its own dead-letter topic.`);
    if (!Number.isInteger(one.partitions) || one.partitions < 1)
      broken.push(`Topic ${one.topic} needs at least one partition.`);
    if (!(one.retentionDays > 0))
      broken.push(`Topic ${one.topic} keeps its records for ${one.retentionDays} days; give it a time above zero.`);
  }
  return broken;
}

function bindingRules(workload: WorkloadFacts): string[] {
  return Object.entries(workload.environment).flatMap(([variable, binding]) => {
    const where = `${workload.name}: ${variable}`;
    if (!/^[A-Z][A-Z0-9_]*$/.test(variable)) return [`${where} is not an environment variable name.`];
    const sentence = bindingRule(workload, binding);
    return sentence ? [`${where} ${sentence}`] : [];
  });
}

function bindingRule(workload: WorkloadFacts, binding: Binding): string | undefined {
  switch (binding.kind) {
    case 'endpoint': {
      const known: readonly string[] = [
        ...workload.reaches,
        ...(workload.kind === 'service' ? workload.calls.map((call) => call.to) : []),
      ];
      return known.includes(binding.of)
        ? undefined
        : `points at ${binding.of}, which is not among its calls or reaches.`;
    }
    case 'store':
      return workload.stores.some((use) => use.store === binding.store)
        ? undefined
        : `points at ${binding.store}, which is not among its stores.`;
    case 'topic':
      return [...workload.publishes, ...workload.consumes].some((use) => use.topic === binding.topic)
        ? undefined
        : `points at ${binding.topic}, which it neither publishes nor consumes.`;
    case 'secret':
      return secretNames.includes(binding.secret) ? undefined : `names a secret that does not exist.`;
    case 'literal':
      return /key|secret|password|token/i.test(binding.value)
        ? 'carries what looks like a secret as a literal.'
        : undefined;
    default:
      return binding satisfies never;
  }
}
