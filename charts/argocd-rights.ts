/** A kind of object as a project of Argo CD names it. */
export type Kind = { readonly group: string; readonly kind: string };

const kinds = (table: Readonly<Record<string, readonly string[]>>): readonly Kind[] =>
  Object.entries(table).flatMap(([group, names]) => names.map((kind) => ({ group, kind })));

/** What our manifests hold that belongs to no namespace. A test compares both lists with the manifests. */
export const clusterKinds = kinds({
  '': ['Namespace'],
  'eks.amazonaws.com': ['NodeClass'],
  'external-secrets.io': ['ClusterSecretStore'],
  'karpenter.sh': ['NodePool'],
});

/** What our manifests hold in namespaces. No Role, no Secret: nobody who changes a manifest can give rights or read secrets. */
export const namespacedKinds = kinds({
  '': ['ConfigMap', 'Service', 'ServiceAccount'],
  apps: ['Deployment'],
  autoscaling: ['HorizontalPodAutoscaler'],
  batch: ['Job'],
  'eks.amazonaws.com': ['TargetGroupBinding'],
  'external-secrets.io': ['ExternalSecret'],
  'monitoring.coreos.com': ['PodMonitor', 'PrometheusRule'],
  'networking.k8s.io': ['NetworkPolicy'],
  policy: ['PodDisruptionBudget'],
});

/** What the operators' charts bring for the whole cluster: their kinds, what they may read, and their webhooks. */
export const releaseClusterKinds = kinds({
  '': ['Namespace'],
  'admissionregistration.k8s.io': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  'apiextensions.k8s.io': ['CustomResourceDefinition'],
  'rbac.authorization.k8s.io': ['ClusterRole', 'ClusterRoleBinding'],
});

/** What the operators' charts bring in their namespaces. */
export const releaseNamespacedKinds = kinds({
  '': ['ConfigMap', 'PersistentVolumeClaim', 'Secret', 'Service', 'ServiceAccount'],
  apps: ['DaemonSet', 'Deployment', 'StatefulSet'],
  batch: ['Job'],
  'discovery.k8s.io': ['EndpointSlice'],
  'monitoring.coreos.com': ['Alertmanager', 'PodMonitor', 'Prometheus', 'PrometheusRule', 'ServiceMonitor'],
  'networking.k8s.io': ['NetworkPolicy'],
  policy: ['PodDisruptionBudget'],
  'rbac.authorization.k8s.io': ['Role', 'RoleBinding'],
});
