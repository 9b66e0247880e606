import { type Environment, type EnvironmentName, environments } from './environments.ts';

/** Whose images an environment runs: those that were built for the other one, under the same digest. */
export const promotedFrom: Readonly<Partial<Record<EnvironmentName, EnvironmentName>>> = { prod: 'dev' };

type Registry = Pick<Environment, 'name' | 'account' | 'region'>;

const elsewhere = (one: Registry) => (other: Registry) => one.account !== other.account || one.region !== other.region;

/** The registries that a copy of each image pushed to this environment's goes to; none that is the same registry. */
export const registriesAfter = (row: Registry): readonly Registry[] =>
  Object.values(environments)
    .filter(({ name }) => promotedFrom[name] === row.name)
    .filter(elsewhere(row));

/** The registry that may copy images to this environment's, if there is one. */
export const registryBefore = (row: Registry): Registry | undefined => {
  const from = promotedFrom[row.name];
  return [...(from ? [environments[from]] : [])].find(elsewhere(row));
};
