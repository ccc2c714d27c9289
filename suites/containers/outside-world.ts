/** The outside world of the shop alone: the smallest lab made of the image of our services. */
import shop from '../../fixtures/topologies/shop-small.ts';
import type { Topology } from '../../harness/core/index.ts';

const { psp, carrier } = shop.services;

/** Known beforehand, so that a service can be told to go past the wire. */
export const CARRIER_PORT = 11_873;

export const outsideWorld: Topology = {
  ...{ name: 'outside-world', stores: {}, brokers: {}, idle: [] },
  services: { ...(psp && { psp }), ...(carrier && { carrier: { ...carrier, port: CARRIER_PORT } }) },
  edges: [
    { caller: 'driver', callee: 'psp', protocol: 'http' },
    { caller: 'driver', callee: 'carrier', protocol: 'http' },
  ],
};
