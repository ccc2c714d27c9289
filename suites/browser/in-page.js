/**
 * Looks that run inside the page, as text, since our own types know no document. Each gives a list of troubles in
 * words.
 */

/** Headings go down one level at a time, and there is one h1. */
export function headingTroubles() {
  const seen = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((heading) => [
    Number(heading.nodeName[1]),
    heading.textContent.trim(),
  ]);
  const troubles = seen.filter(([level]) => level === 1).length === 1 ? [] : ['not one h1'];
  seen.forEach(([level, text], index) => {
    const before = index === 0 ? 0 : seen[index - 1][0];
    if (level > before + 1) troubles.push(`h${level} after h${before}: ${text}`);
    if (text === '') troubles.push(`an empty h${level}`);
  });
  return troubles;
}

/** Controls, drawings, tables, landmarks and links have names; ids are unique and references lead somewhere. */
export function nameTroubles() {
  const troubles = [];
  const nameOf = (element) =>
    (
      element.getAttribute('aria-label') ||
      (element.getAttribute('aria-labelledby') || '')
        .split(' ')
        .map((id) => document.getElementById(id)?.textContent || '')
        .join(' ') ||
      element.textContent ||
      element.closest('label')?.textContent ||
      element.placeholder ||
      ''
    ).trim();
  for (const element of document.querySelectorAll('button, a[href], summary'))
    if (!nameOf(element)) troubles.push(`no name: ${element.outerHTML.slice(0, 100)}`);
  for (const element of document.querySelectorAll('input, select'))
    if (!element.labels?.length && !element.getAttribute('aria-label'))
      troubles.push(`no label: ${element.outerHTML.slice(0, 100)}`);
  for (const svg of document.querySelectorAll('svg')) {
    const isHidden = svg.getAttribute('aria-hidden') === 'true';
    const isNamed =
      svg.getAttribute('role') === 'img' &&
      svg.querySelector(':scope > title') &&
      svg.querySelector(':scope > desc') &&
      nameOf(svg);
    if (!isHidden && !isNamed) troubles.push(`drawing without a name: ${svg.outerHTML.slice(0, 100)}`);
  }
  for (const table of document.querySelectorAll('table')) {
    if (!table.caption?.textContent.trim()) troubles.push('table without caption');
    if (![...table.querySelectorAll('th')].every((head) => head.scope))
      troubles.push(`head without scope in ${table.caption?.textContent}`);
  }
  for (const region of document.querySelectorAll('section, nav, [role="region"], [role="group"], [role="search"]'))
    if (!nameOf(region)) troubles.push(`region without a name: ${region.outerHTML.slice(0, 80)}`);
  for (const name of ['main', 'nav', 'header', 'footer'])
    if (document.querySelectorAll(`body ${name}`).length !== 1) troubles.push(`not one ${name}`);
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  if (new Set(ids).size !== ids.length) troubles.push('an id stands twice');
  for (const link of document.querySelectorAll('a[href^="#"]'))
    if (!document.getElementById(link.hash.slice(1))) troubles.push(`link to nothing: ${link.hash}`);
  for (const element of document.querySelectorAll('[aria-labelledby], [aria-describedby]')) {
    for (const id of (
      (element.getAttribute('aria-labelledby') || '') +
      ' ' +
      (element.getAttribute('aria-describedby') || '')
    )
      .trim()
      .split(' '))
      if (!document.getElementById(id)) troubles.push(`reference to nothing: ${id}`);
  }
  if (!document.documentElement.lang) troubles.push('no language');
  return troubles;
}

/** Contrast of every visible text with what is behind it (WCAG 2.2, 1.4.3): 4.5, or 3 for large text. */
export function contrastTroubles() {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const luminance = ({ r, g, b }) => {
    const part = (value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a),
    g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a),
    a: 1,
  });
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.a > 0) layers.push(colour);
      if (colour.a === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
  };
  const troubles = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (
      !walker.currentNode.data.trim() ||
      /^(SCRIPT|STYLE|title|desc|OPTION)$/.test(element.nodeName) ||
      !element.checkVisibility({ visibilityProperty: true })
    )
      continue;
    const style = getComputedStyle(element);
    const isDrawn = element.namespaceURI.endsWith('svg');
    if (isDrawn && (element.matches('.on-open, .hit-text, .fault-label') || style.fill === 'none')) continue;
    const colour = parse(isDrawn ? style.fill : style.color);
    const ground = behind(isDrawn ? element.closest('svg').parentElement : element);
    const [light, dark] = [luminance(over(colour, ground)), luminance(ground)].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (isLarge ? 3 : 4.5))
      troubles.set(
        `${element.className.baseVal ?? element.className} ${element.nodeName}`,
        `${ratio.toFixed(2)} ${element.textContent.slice(0, 40)}`,
      );
  }
  return [...troubles].map(([where, what]) => `${where}: ${what}`);
}

/** Contrast of the colour pairs that drawings put on top of each other, by their names in the style. */
export function drawnContrastTroubles() {
  const probe = document.createElement('i');
  document.body.append(probe);
  const colour = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe)
      .color.match(/[\d.]+/g)
      .map(Number);
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [light, dark] = [luminance(colour(a)), luminance(colour(b))].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const wanted = [
    ['fault', 'fault-soft', 4.5],
    ['card', 'fail', 4.5],
    ['unknown', 'unknown-soft', 4.5],
    ['fault', 'card', 3],
    ['mark', 'paper', 3],
    ['fail', 'paper', 3],
    ['bar', 'card', 3],
    ['line-strong', 'card', 3],
    ['focus', 'paper', 3],
  ];
  const troubles = wanted
    .filter(([a, b, least]) => ratio(a, b) < least)
    .map(([a, b]) => `${a} on ${b}: ${ratio(a, b).toFixed(2)}`);
  probe.remove();
  return troubles;
}

/** Elements that make the page scroll sideways. Frames that scroll by themselves are no trouble. */
export function widthTroubles() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [
    `the page is ${document.documentElement.scrollWidth} wide`,
    ...[...document.querySelectorAll('main *')]
      .filter((element) => !element.closest('.scroll') && element.getBoundingClientRect().right > width + 1)
      .slice(0, 5)
      .map((element) => element.outerHTML.slice(0, 90)),
  ];
}

/** Opens every folded part. */
export function expandAll() {
  document.querySelectorAll('details').forEach((part) => {
    part.open = true;
  });
}

/** Controls lower than 24 px (WCAG 2.2, 2.5.8). */
export function smallTargets() {
  return [...document.querySelectorAll('button, input, select, .card > summary')]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 24)
    .map((element) => element.outerHTML.slice(0, 80));
}
