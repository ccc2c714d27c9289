/** Topologies: declared as data, checked before anything is started, their texts filled in at boot. */
export { defineTopology } from './define.ts';
export { loadTopology, projectRoot } from './load.ts';
export { fillTemplates, type TemplateContext } from './templates.ts';
export { validateTopology } from './validate.ts';
