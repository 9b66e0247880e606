/** Version of the clusters (stacks/aws/cluster.ts): what the manifests are checked against. */
export const kubernetesVersion = '1.36';
