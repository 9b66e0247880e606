/** A manifest that every judge must find something in, or it looks at nothing: root, without limits, with a field that Kubernetes does not know. */
export const plantedManifest = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: planted
  namespace: default
spec:
  replicaz: 2
  selector:
    matchLabels:
      app: planted
  template:
    metadata:
      labels:
        app: planted
    spec:
      hostNetwork: true
      containers:
        - name: planted
          image: planted:latest
          securityContext:
            privileged: true
            runAsUser: 0
`;
