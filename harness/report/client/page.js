/** The page's behaviour: colours, filter, folding, deep links, copying. */

const root = document.documentElement;
const byId = (id) => document.getElementById(id);

function setUpColours() {
  const button = byId('theme');
  const choices = ['auto', 'light', 'dark'];
  const show = () => {
    const now = root.dataset.colours || 'auto';
    button.textContent = `Colours: ${now}`;
    button.setAttribute('aria-label', `Colours: ${now === 'auto' ? 'as the system' : now}. Press to change.`);
  };
  button.addEventListener('click', () => {
    const next = choices[(choices.indexOf(root.dataset.colours || 'auto') + 1) % choices.length];
    if (next === 'auto') delete root.dataset.colours;
    else root.dataset.colours = next;
    try {
      localStorage.setItem('faultline-colours', next);
    } catch {
      // Not kept, but shown.
    }
    show();
  });
  show();
}

/** The text a reader sees in an element, in small letters; data for drawings is no such text. */
function wordsOf(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const words = [];
  while (walker.nextNode())
    if (walker.currentNode.parentNode.nodeName !== 'SCRIPT') words.push(walker.currentNode.data);
  return words.join(' ').toLowerCase();
}

function setUpFilter() {
  const find = byId('find');
  const chips = [...document.querySelectorAll('[data-chip]')];
  const items = [
    ...[...document.querySelectorAll('[data-item]')].map((element) => ({
      element,
      verdict: element.dataset.item,
      counts: true,
    })),
    ...[...document.querySelectorAll('[data-item-row]')].map((mark) => ({
      element: mark.closest('tr'),
      verdict: mark.dataset.itemRow,
      counts: false,
    })),
  ];
  const apply = () => {
    const wanted = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(
      chips.filter((chip) => chip.getAttribute('aria-pressed') === 'true').map((chip) => chip.dataset.chip),
    );
    let shown = 0;
    for (const item of items) {
      if (wanted.length) item.words ??= wordsOf(item.element);
      const fits = verdicts.has(item.verdict) && wanted.every((word) => item.words.includes(word));
      item.element.hidden = !fits;
      if (fits && item.counts) shown += 1;
    }
    byId('found').textContent = `${shown} shown`;
    for (const empty of document.querySelectorAll('[data-empty]')) empty.hidden = shown > 0;
  };
  find.addEventListener('input', apply);
  for (const chip of chips) {
    chip.addEventListener('click', () => {
      chip.setAttribute('aria-pressed', String(chip.getAttribute('aria-pressed') !== 'true'));
      apply();
    });
  }
  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.nodeName);
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      find.focus();
    }
    if (event.key === 'Escape' && event.target === find) {
      find.value = '';
      apply();
    }
  });
}

function setUpFolding() {
  const all = (open) => {
    for (const part of document.querySelectorAll('details.card')) part.open = open;
  };
  byId('expand').addEventListener('click', () => all(true));
  byId('collapse').addEventListener('click', () => all(false));
  addEventListener('beforeprint', () => all(true));
  const follow = () => {
    let name = '';
    try {
      name = decodeURIComponent(location.hash.slice(1));
    } catch {
      return;
    }
    const target = name && byId(name);
    if (!target) return;
    if (target.hidden) target.hidden = false;
    for (let part = target; part; part = part.parentElement) if (part.nodeName === 'DETAILS') part.open = true;
    target.scrollIntoView();
  };
  addEventListener('hashchange', follow);
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) follow();
  });
  follow();
}

function setUpCopying() {
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(button.previousElementSibling);
        button.textContent = 'Selected';
      }
      setTimeout(() => {
        button.textContent = 'Copy';
      }, 1500);
    });
  }
}

setUpColours();
setUpFilter();
setUpFolding();
setUpCopying();
