/** What a sidecar is told: who it is, what may come in, and where calls of its service go. One JSON text in `MESH`. */
import { setting } from '../kit/settings.ts';

export interface MeshConfig {
  /** `spiffe://<trust domain>/<service>` */
  readonly identity: string;
  /** Proves to the authority that it may have this identity. */
  readonly joinToken: string;
  /** Absent: its service is called by nobody. */
  readonly inbound?: Inbound;
  readonly outbound: readonly Outbound[];
}

export interface Inbound {
  /** host:port of its service. */
  readonly http: string;
  readonly grpc?: string;
  readonly allow: readonly Permission[];
}

/** One caller and its routes: `GET /orders/*`, `* /stock`, `*`; a gRPC call is a POST. */
export interface Permission {
  readonly from: string;
  readonly routes: readonly string[];
}

export interface Outbound {
  /** As its service knows the callee. */
  readonly name: string;
  readonly protocol: 'http' | 'grpc';
  /** Where its service dials it. */
  readonly port: string;
  /** An HTTP call that is not answered within this time is answered with 504. */
  readonly timeoutMs: number;
  readonly to: readonly Destination[];
}

/** One version of the callee. */
export interface Destination {
  readonly version: string;
  /** host:port of its sidecar. */
  readonly address: string;
  readonly identity: string;
  /** Share of the calls, against the weights of the others. */
  readonly weight: number;
}

export const readConfig = (): MeshConfig => JSON.parse(setting('MESH')) as MeshConfig;

/** Where everything of a sidecar listens. */
export const HOST: string = setting('HOST', '127.0.0.1');
