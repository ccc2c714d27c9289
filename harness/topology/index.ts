/** Topologies: declared as data, checked before anything is started, their texts filled in at boot. */
export { defineTopology } from './define.ts';
export { loadTopology, projectRoot, topologyNames } from './load.ts';
export { fillTemplates, type TemplateContext, type TemplateName, templatesIn } from './templates.ts';
export { validateTopology } from './validate.ts';
