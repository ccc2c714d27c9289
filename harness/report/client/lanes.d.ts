/** Types of the timeline's geometry, for the side that makes the page. */
import type { Timeline } from '../digest/timeline.ts';

export interface LaneView {
  readonly width: number;
  /** Tenths of a millisecond. */
  readonly from: number;
  readonly to: number;
  /** Labels above the lanes, for narrow screens. */
  readonly compact: boolean;
  readonly show: 'all' | 'touched' | 'failed' | 'messages';
  /** Small letters; marks whose edge or operation holds it. */
  readonly text: string;
}

export interface Shape {
  readonly tag: 'path' | 'rect' | 'text';
  readonly class: string;
  readonly d?: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly rx?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly text?: string;
  readonly title?: string;
}

export interface LaneDrawing {
  readonly shapes: readonly Shape[];
  readonly height: number;
  /** Null: left out by the filter. */
  readonly lanes: readonly ({ readonly top: number; readonly marks: number; readonly bottom: number } | null)[];
  readonly left: number;
  readonly right: number;
}

export type LaneData = Omit<Timeline, 'drawn' | 'total' | 'idle'>;

export const MARK_FIELDS: number;
export function laneShapes(data: LaneData, view: LaneView): LaneDrawing;
export function markShown(data: LaneData, view: LaneView, mark: number): boolean;
