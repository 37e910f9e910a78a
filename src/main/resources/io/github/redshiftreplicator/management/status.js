// Live progress and buttons. Without this script the page is complete, only still.
'use strict';
(() => {
  const byId = id => document.getElementById(id);
  const dialog = byId('confirm');
  const result = byId('result');

  const showButtons = () => document.querySelectorAll('.actions').forEach(actions => { actions.hidden = false; });

  const say = (text, bad) => {
    result.textContent = text;
    result.classList.toggle('bad', Boolean(bad));
  };

  // The page anew, in place, with the focus where it was.
  let waiting = null;
  const refresh = () => {
    if (waiting) return;
    waiting = setTimeout(async () => {
      waiting = null;
      try {
        const text = await (await fetch(location.href)).text();
        const main = new DOMParser().parseFromString(text, 'text/html').querySelector('main');
        const focused = document.activeElement && document.activeElement.id;
        byId('main').replaceChildren(...main.childNodes);
        showButtons();
        if (focused && byId(focused)) byId(focused).focus({ preventScroll: true });
      } catch (e) {
        // the stream of events says that the connection is lost
      }
    }, 300);
  };

  const number = value => value.toLocaleString('en');
  const bytes = value => {
    const exponent = value < 1000 ? 0 : Math.floor(Math.log10(value) / 3);
    return (value / 1000 ** exponent).toFixed(exponent ? 1 : 0) + ' ' + ['B', 'kB', 'MB', 'GB', 'TB'][exponent];
  };

  const progress = runs => {
    document.querySelectorAll('[data-progress]').forEach(place => {
      const run = runs.find(r => r.table === place.dataset.progress);
      place.textContent = run
        ? `${run.state}: ${number(run.rows)} rows, ${bytes(run.bytes)}, `
          + `${number(Math.round(run.rows * 1000 / Math.max(run.elapsed_ms, 1)))} rows/s`
        : '';
    });
  };

  const act = async (table, action) => {
    say(`${table}: ${action} …`);
    try {
      const answer = await fetch(`/api/tables/${encodeURIComponent(table)}/${action}`,
        { method: 'POST', headers: { 'X-Replicator': 'page' } });
      if (!answer.ok) say(`${table}: ${(await answer.json()).error}`, true);
    } catch (e) {
      say(`${table}: the replicator cannot be reached.`, true);
    }
  };

  document.addEventListener('click', event => {
    const button = event.target.closest('button[data-action]');
    if (!button) return;
    const { table, action } = button.dataset;
    byId('question').textContent = `${table}: ${action}?`;
    byId('consequence').textContent = button.title + '.';
    dialog.returnValue = '';
    dialog.onclose = () => { if (dialog.returnValue === 'ok') act(table, action); };
    dialog.showModal();
    byId('yes').focus();
  });

  const events = new EventSource('/api/events');
  let lost = false;
  events.onopen = () => {
    byId('connection').textContent = 'live';
    if (lost) refresh();
    lost = false;
  };
  events.onerror = () => {
    byId('connection').textContent = 'connection lost';
    lost = true;
  };
  events.addEventListener('step', refresh);
  events.addEventListener('progress', event => progress(JSON.parse(event.data)));
  events.addEventListener('result', event => {
    const { table, action, good, message } = JSON.parse(event.data);
    say(`${table}: ${action}: ${message}`, !good);
    refresh();
  });
  // schedules, other processes and table files change things without an event here
  setInterval(() => { if (!document.hidden && !lost) refresh(); }, 10000);
  addEventListener('pagehide', () => events.close());
  showButtons();
})();
