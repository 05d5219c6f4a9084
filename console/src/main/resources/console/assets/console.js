'use strict';

// Charts of the last hour. Colours come from the style sheet, so that light and dark agree with the page.
(() => {
  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const charts = new Map();

  function draw(element, data) {
    const names = element.dataset.series.split(',');
    const labels = element.dataset.labels.split(',');
    const rows = [data.time, ...names.map(name => data[name])];
    const known = charts.get(element);
    if (known) {
      known.setData(rows);
      return;
    }
    const two = number => String(number).padStart(2, '0');
    const clock = unix => {
      const time = new Date(unix * 1000);
      const seconds = time.getUTCSeconds();
      return two(time.getUTCHours()) + ':' + two(time.getUTCMinutes()) + (seconds ? ':' + two(seconds) : '');
    };
    const axis = {
      stroke: style('--muted'),
      grid: { stroke: style('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui',
    };
    charts.set(element, new uPlot({
      width: element.clientWidth,
      height: names.length > 1 ? 200 : 226,
      cursor: { show: false },
      legend: { show: names.length > 1, live: false },
      scales: {
        // Three minutes at least, so that the first minutes are not stretched over the whole width.
        x: { range: (u, min, max) => [Math.min(min, max - 180), max] },
        y: { range: (u, min, max) => [0, Math.max(1, (max || 0) * 1.15)] },
      },
      axes: [
        { ...axis, incrs: [30, 60, 120, 300, 600, 900], values: (u, times) => times.map(clock), space: 70, size: 30 },
        { ...axis, size: 46, incrs: [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000, 100000, 1000000] },
      ],
      series: [
        { label: 'time' },
        ...names.map((name, index) => ({
          label: labels[index],
          stroke: style('--series-' + (index + 1)),
          fill: index === 0 ? style('--series-fill') : undefined,
          width: 2,
          points: { show: false },
        })),
      ],
    }, rows, element));
  }

  async function refresh() {
    const charts = document.getElementById('charts');
    if (!charts || document.hidden) {
      return;
    }
    const response = await fetch(charts.dataset.source, { credentials: 'same-origin' });
    if (response.ok && response.headers.get('Content-Type').startsWith('application/json')) {
      const data = await response.json();
      charts.querySelectorAll('.chart').forEach(element => draw(element, data));
    }
  }

  function again() {
    charts.forEach(chart => chart.destroy());
    charts.clear();
    refresh().catch(() => {});
  }

  document.addEventListener('DOMContentLoaded', () => {
    again();
    setInterval(() => refresh().catch(() => {}), 5000);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
    let timer;
    addEventListener('resize', () => {
      clearTimeout(timer);
      timer = setTimeout(again, 200);
    });
  });
})();

// What the operator has opened stays open when new numbers come.
(() => {
  let open = [];
  document.addEventListener('htmx:beforeSwap', event => {
    open = [...event.target.querySelectorAll('details[open]')].map(details => details.id);
    // A problem is shown where the answer would have been.
    if (event.detail.xhr.status >= 400) {
      event.detail.shouldSwap = !event.target.hasAttribute('data-keep-open');
    }
  });
  document.addEventListener('htmx:afterSwap', () => {
    open.map(id => document.getElementById(id)).forEach(details => details && (details.open = true));
  });
})();

// Ticks every listed row.
document.addEventListener('change', event => {
  if (event.target.matches('[data-select-all]')) {
    document.querySelectorAll('input[name="id"]').forEach(box => {
      box.checked = event.target.checked;
    });
  }
});
