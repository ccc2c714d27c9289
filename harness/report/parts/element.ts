/** Elements of the page, made with preact and typed for what we do: plain tags, plain attributes, no components. */
import { type ComponentChildren, createElement, type VNode } from 'preact';

export type Content = ComponentChildren;
// biome-ignore lint/suspicious/noExplicitAny: preact's own type of "some element, whatever its attributes"
export type Drawn = VNode<any>;

export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined | { readonly __html: string };
}

/**
 * One element. Texts among the children and attributes are escaped when the page is rendered; tags and names are
 * ours.
 */
export function h(tag: string, attributes: Attributes | null, ...children: Content[]): Drawn {
  return createElement(tag, attributes, ...children);
}
