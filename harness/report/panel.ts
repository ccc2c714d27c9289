/**
 * What a panel of the page is. One file in `panels/` is one panel; its file name is its name; `order` gives its
 * place.
 */
import type { Content } from './parts/element.ts';
import type { ExperimentView, PageView } from './view.ts';

interface PanelBase {
  /** Same as the file name, without `.ts`. Also the fragment (`#topology`) of a page panel. */
  readonly name: string;
  readonly title: string;
  /** One plain sentence for somebody who reads the page for the first time. */
  readonly lead?: string;
  /** Low comes first. Unique among the panels of one place. */
  readonly order: number;
}

/** A section of the page. Gives null when the run has nothing to show for it. */
export interface PagePanel extends PanelBase {
  readonly place: 'page';
  /** Also in the list of contents. Default true. */
  readonly listed?: boolean;
  /** The panel draws its own heading. */
  readonly bare?: boolean;
  readonly render: (page: PageView) => Content;
}

/** A part of every experiment's section. */
export interface ExperimentPanel extends PanelBase {
  readonly place: 'experiment';
  readonly render: (experiment: ExperimentView, page: PageView) => Content;
}

export type Panel = PagePanel | ExperimentPanel;
