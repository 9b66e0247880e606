import type { Environment } from '../environments.ts';
import { gcpFlinkSecretName, gcpGatewayName, gcpNetworkName, gcpSubnetName } from '../naming.ts';

/** How one stack names what the other made: by its path, so that neither reads the other's state. */
type Row = Pick<Environment, 'name' | 'account' | 'region' | 'gcp'>;

const regional = ({ gcp }: Row): string => `projects/${gcp.project}/regions/${gcp.region}`;

export const subnetPath = (row: Row): string => `${regional(row)}/subnetworks/${gcpSubnetName(row)}`;
export const gatewayPath = (row: Row): string => `${regional(row)}/vpnGateways/${gcpGatewayName(row)}`;
export const kafkaUserPath = (row: Row): string => `projects/${row.gcp.project}/secrets/${gcpFlinkSecretName(row)}`;
/** Service Directory knows a network by the project's number only. */
export const numberedNetworkPath = (row: Row): string =>
  `projects/${row.gcp.projectNumber}/locations/global/networks/${gcpNetworkName(row)}`;
