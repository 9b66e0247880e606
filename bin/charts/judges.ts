/** What a judge says that we do not follow. */
export type Exception = {
  /** What the judge prints of it: a rule's id, or its words. */
  readonly rule: string;
  readonly reason: string;
  readonly owner: string;
};

/** Somebody else's program that judges Kubernetes manifests; none of them is part of this repository. */
export type Judge = {
  readonly name: string;
  readonly version: string;
  readonly install: { readonly by: 'pip'; readonly program: string } | { readonly by: 'go'; readonly module: string };
  readonly args: (files: readonly string[]) => readonly string[];
  /** One line for each thing that it finds wrong, whatever else it prints. */
  readonly findings: (printed: string) => readonly string[];
  readonly exceptions: readonly Exception[];
};

const lines = (text: string, pattern: RegExp) => text.split('\n').filter((line) => pattern.test(line));
type CheckovReport = {
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly resource: string;
    }[];
  };
};

export const judges: readonly Judge[] = [
  {
    name: 'kubernetes-validate',
    version: '1.37.0',
    install: { by: 'pip', program: 'kubernetes-validate' },
    args: (files) => ['--strict', '-k', '1.36', ...files],
    // It knows no operator's kinds, and warns of each: tests/charts/schemas has those.
    findings: (printed) => lines(printed, /ERROR/),
    exceptions: [],
  },
  {
    name: 'kube-score',
    version: '1.20.0',
    install: { by: 'go', module: 'github.com/zegl/kube-score/cmd/kube-score' },
    args: (files) => ['score', '--output-format', 'ci', '--kubernetes-version', 'v1.36', ...files],
    findings: (printed) => lines(printed, /^\[(CRITICAL|WARNING)\]/),
    exceptions: [
      {
        rule: 'ImagePullPolicy is not set to Always',
        reason:
          'Images are named by digest: what is on the node is what would be pulled, also while the registry is away.',
        owner: 'platform',
      },
      {
        rule: 'Deployment does not have a host podAntiAffinity set',
        reason: 'Spread over zones and nodes by topologySpreadConstraints, which it does not look at.',
        owner: 'platform',
      },
    ],
  },
  {
    name: 'checkov',
    version: '3.3.30',
    install: { by: 'pip', program: 'checkov' },
    args: (files) => [
      '--framework',
      'kubernetes',
      '--quiet',
      '--output',
      'json',
      ...files.flatMap((file) => ['-f', file]),
    ],
    findings: (printed) => {
      const report = JSON.parse(printed) as CheckovReport | readonly CheckovReport[];
      return [report]
        .flat()
        .flatMap(({ results }) =>
          results.failed_checks.map((one) => `${one.check_id} ${one.resource}: ${one.check_name}`),
        );
    },
    exceptions: [
      {
        rule: 'CKV_K8S_35',
        reason:
          'Most of what a service reads is no secret and one schema checks all of it at start; its root file system cannot be written, and no shell or second process shares its environment.',
        owner: 'platform',
      },
    ],
  },
];
