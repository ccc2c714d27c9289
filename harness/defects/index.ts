/** Defects: planted bugs that show that the checks can fail. */
export { DEFECT_TOPOLOGY, type Defect, defectCatalogue, inHuntingOrder } from './defect.ts';
export { type Hunt, huntDefects, judgeHunt } from './hunt.ts';
