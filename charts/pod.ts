import { type ApiObject, JsonPatch, Size } from 'cdk8s';
import { type ContainerProps, type ContainerSecurityContextProps, Cpu } from 'cdk8s-plus-27';
import type { ServiceName } from '../services/platform/names.ts';
import { repositoryName } from '../stacks/naming.ts';
import { amend } from './amend.ts';
import type { ClusterRow } from './cluster-row.ts';
import { enforcedNetwork } from './nodes.ts';
import type { Resources } from './resources.ts';

/** What runs, by its content. */
export const imageOf = (row: ClusterRow, service: ServiceName): string =>
  `${row.registry}/${repositoryName(service)}@${row.images[service]}`;

/** The user of the images (docs/images.md): no account on any node. */
export const user = 65_532;

/** A volume of the pod and where its one container finds it, read only. */
export type Mount = { readonly name: string; readonly at: string; readonly source: object };

/** What every container may at most: the restricted profile of the Pod Security Standards, and a file system it cannot write to. */
export const securityContext: ContainerSecurityContextProps = {
  user,
  group: user,
  ensureNonRoot: true,
  privileged: false,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
};

/** Logs count as storage of the pod; nothing else of it is written. */
const storage = Size.gibibytes(1);

export const resourcesOf = ({ cpuMillis, memoryMiB }: Resources): ContainerProps['resources'] => ({
  cpu: { request: Cpu.millis(cpuMillis.request), limit: Cpu.millis(cpuMillis.limit) },
  memory: { request: Size.mebibytes(memoryMiB.request), limit: Size.mebibytes(memoryMiB.limit) },
  ephemeralStorage: { request: storage, limit: storage },
});

/** What cdk8s-plus has no words for, on a workload with one container; takes the label away that it selects pods by. */
export function hardenPod(workload: ApiObject, mounts: readonly Mount[]): void {
  const spec = '/spec/template/spec';
  amend(
    workload,
    JsonPatch.remove('/spec/template/metadata/labels/cdk8s.io~1metadata.addr'),
    JsonPatch.add(`${spec}/securityContext/seccompProfile`, { type: 'RuntimeDefault' }),
    JsonPatch.add(`${spec}/containers/0/securityContext/capabilities`, { drop: ['ALL'] }),
    JsonPatch.add(`${spec}/enableServiceLinks`, false),
    JsonPatch.add(`${spec}/nodeSelector`, enforcedNetwork),
    ...(mounts.length === 0
      ? []
      : [
          JsonPatch.add(
            `${spec}/volumes`,
            mounts.map(({ name, source }) => ({ name, ...source })),
          ),
          JsonPatch.add(
            `${spec}/containers/0/volumeMounts`,
            mounts.map(({ name, at }) => ({ name, mountPath: at, readOnly: true })),
          ),
        ]),
  );
}
