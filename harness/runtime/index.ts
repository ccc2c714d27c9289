/** The runtime: boots labs, attaches to them, ends them, and leaves nothing behind. */
export { type BootOptions, bootLab } from './boot.ts';
export { type BootEvent, bootMs } from './boot-steps.ts';
export { type Bypass, findBypasses } from './bypass.ts';
export { certificateSigner } from './certificates.ts';
export { chooseRuntime, RUNTIME_WISHES, type RuntimeChoice, type RuntimeWish } from './containers/choose.ts';
export { canLimitCpu } from './cpu-group.ts';
export { descriptorFile, readDescriptor } from './descriptor.ts';
export { attachLab, takeDownLab } from './lab.ts';
export { sweepDeadLabs } from './sweep.ts';
