/** Types of the looks that run inside the page. */
export function headingTroubles(): string[];
export function nameTroubles(): string[];
export function contrastTroubles(): string[];
export function drawnContrastTroubles(): string[];
export function widthTroubles(): string[];
export function expandAll(): void;
export function smallTargets(): string[];
