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

  const left = seconds => seconds < 60 ? `${Math.ceil(seconds)} s`
    : seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;

  // A bar and the time left where it is known how many rows there are, the numbers in any case.
  const progress = runs => {
    document.querySelectorAll('[data-progress]').forEach(place => {
      const run = runs.find(r => r.table === place.dataset.progress);
      if (!run) {
        place.replaceChildren();
        return;
      }
      const rate = run.rows * 1000 / Math.max(run.elapsed_ms, 1);
      let text = `${run.state}: ${number(run.rows)} rows, ${bytes(run.bytes)}`;
      if (run.state === 'exporting') text += `, ${number(Math.round(rate))} rows/s`;
      const parts = [];
      if (run.expected_rows && run.state === 'exporting') {
        const bar = document.createElement('progress');
        bar.max = Math.max(run.expected_rows, run.rows);
        bar.value = run.rows;
        bar.setAttribute('aria-label', `${run.table}: rows exported`);
        parts.push(bar);
        if (rate > 0 && run.expected_rows > run.rows) text += `, ${left((run.expected_rows - run.rows) / rate)} left`;
      }
      place.replaceChildren(...parts, text);
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
    const destructive = button.classList.contains('destructive');
    byId('yes').classList.toggle('destructive', destructive);
    byId('yes').textContent = `Yes, ${action}`;
    dialog.returnValue = '';
    dialog.onclose = () => { if (dialog.returnValue === 'ok') act(table, action); };
    dialog.showModal();
    byId(destructive ? 'no' : 'yes').focus();
  });

  const events = new EventSource('/api/events');
  let lost = false;
  events.onopen = () => {
    byId('connection').textContent = 'live';
    byId('connection').className = 'live';
    if (lost) refresh();
    lost = false;
  };
  events.onerror = () => {
    byId('connection').textContent = 'connection lost: what you see is old';
    byId('connection').className = 'lost';
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
