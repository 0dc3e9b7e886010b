// Draw the runs' timelines, which zoom and pan. Without this script they stay hidden, and the figures show the runs.
const SHORTEST = 200; // ticks: the least time to zoom to
const ZOOM = 1.5; // of a key or a button
const STEP = 0.1; // of the time in view, for an arrow key
const MOST_HEIGHT = 480, ROW_HEIGHT = 24, LEAST_ROW_HEIGHT = 3; // CSS pixels
const NAMED_ROW_HEIGHT = 11, STRIP_HEIGHT = 38, AXIS_HEIGHT = 18;
const IN_FLIGHT = ["delayed", "in_server_queue"]; // a request that does this is at the server

class Timeline {
  constructor(box) {
    this.box = box;
    this.canvas = box.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.select = box.querySelector("select");
    this.words = box.querySelector("output");
    this.legend = [...box.querySelectorAll("[data-activity]")];
    this.activities = this.legend.map((line) => line.dataset.activity);
    this.captions = this.legend.map((line) => line.querySelector("span").textContent);
    this.pointers = new Map();
    box.hidden = false;
    box.addEventListener("toggle", () => this.load());
    this.select.addEventListener("change", () => this.load());
    this.listen();
  }

  async load() {
    const [option] = this.select.selectedOptions;
    if (!this.box.open || !option?.dataset.run || this.loaded === option.dataset.run) return;
    const data = await decoded(option.dataset.run);
    if (option !== this.select.selectedOptions[0]) return;
    this.loaded = option.dataset.run;
    this.run = unpacked(data, this.activities);
    this.stripHeight = this.run.shapes.flat(2).some((name) => IN_FLIGHT.includes(name)) ? STRIP_HEIGHT : 0;
    this.box.querySelector("a").href = option.value;
    this.cursor = { time: this.run.length / 2, row: 0 };
    this.whole();
    this.draw();
  }

  // Moving about: the view is the time ``from`` to ``to``, and ``shown`` rows from ``top`` on.

  whole() {
    this.view = { from: 0, to: this.run.length, top: 0, shown: this.run.rows.length };
    this.later();
  }

  // Zoom about the cursor or, if that is out of sight, about the middle.
  zoom(factor) {
    const { view, run, cursor } = this, before = view.to - view.from;
    const after = clamp(before * factor, Math.min(SHORTEST, run.length), run.length);
    const seen = cursor.time >= view.from && cursor.time <= view.to;
    const at = seen ? cursor.time : (view.from + view.to) / 2;
    this.moveTo(at - (at - view.from) * (after / before), after);
  }

  pan(ticks) { this.moveTo(this.view.from + ticks, this.view.to - this.view.from); }

  moveTo(from, length) {
    this.view.from = clamp(from, 0, this.run.length - length);
    this.view.to = this.view.from + length;
    this.later();
  }

  zoomRows(factor) {
    const { view, run } = this, row = clamp(this.cursor.row, view.top, view.top + view.shown - 1);
    const place = (row - view.top) / view.shown, round = factor < 1 ? Math.floor : Math.ceil;
    view.shown = clamp(round(view.shown * factor), 1, run.rows.length);
    this.panRows(Math.round(row - place * view.shown) - view.top);
  }

  panRows(rows) {
    this.view.top = clamp(this.view.top + rows, 0, this.run.rows.length - this.view.shown);
    this.later();
  }

  // Move the cursor by a step of time; the view follows, so that it stays in its place as long as there is more to show.
  stepTime(steps) {
    const ticks = steps * STEP * (this.view.to - this.view.from);
    this.pan(ticks);
    this.cursor.time = clamp(this.cursor.time + ticks, this.view.from, this.view.to);
  }

  stepRow(lanes) {
    const { view, cursor } = this;
    cursor.row = clamp(cursor.row + lanes * Math.ceil(view.shown / this.lanes), 0, this.run.rows.length - 1);
    this.panRows(Math.min(0, cursor.row - view.top) + Math.max(0, cursor.row - view.top - view.shown + 1));
  }

  stepItem(direction) {
    const { run, cursor, view } = this, first = run.firstItem[cursor.row], last = run.firstItem[cursor.row + 1] - 1;
    const before = this.lastStarted(cursor.row, cursor.time);
    const inside = before >= first && run.end[before] >= cursor.time;
    const item = clamp(direction > 0 || inside ? before + direction : before, first, last);
    cursor.time = (run.start[item] + run.end[item]) / 2;
    if (cursor.time < view.from || cursor.time > view.to) this.pan(cursor.time - (view.from + view.to) / 2);
    this.later();
  }

  // Finding items.

  // Return the last item of a row that starts by a time, or the number before the row's first.
  lastStarted(row, time) {
    let low = this.run.firstItem[row], high = this.run.firstItem[row + 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.run.start[middle] <= time) low = middle + 1; else high = middle;
    }
    return low - 1;
  }

  // Return a row's item at a time, or the one that is no more than a pixel away; -1 if there is none.
  itemAt(row, time) {
    const { run } = this, near = this.ticksPerPixel, before = this.lastStarted(row, time);
    if (before >= run.firstItem[row] && run.end[before] >= time - near) return before;
    return before + 1 < run.firstItem[row + 1] && run.start[before + 1] <= time + near ? before + 1 : -1;
  }

  rowsOfLane(lane) {
    const row = (place) => this.view.top + Math.ceil((place * this.view.shown) / this.lanes);
    return [row(lane), row(lane + 1)];
  }

  laneOf(row) { return Math.floor(((row - this.view.top) * this.lanes) / this.view.shown); }

  point(x, y) {
    if (!this.run) return;
    const time = this.view.from + (x - this.gutter) * this.ticksPerPixel;
    const lane = clamp(Math.floor((y * this.lanes) / this.plotHeight), 0, this.lanes - 1);
    const [first, after] = this.rowsOfLane(lane);
    let row = first;
    while (row < after && this.itemAt(row, time) < 0) row++;
    this.cursor = { time: clamp(time, this.view.from, this.view.to), row: row < after ? row : first };
    this.later();
  }

  describe() {
    const { run, cursor } = this, item = this.itemAt(cursor.row, cursor.time);
    const at = (ticks) => moment(ticks, this.ticksPerPixel);
    const lane = clamp(this.laneOf(cursor.row), 0, this.lanes - 1), [first, after] = this.rowsOfLane(lane);
    const several = after - first > 1 ? ` This line shows ${after - first} rows.` : "";
    if (item < 0) {
      const outside = cursor.time < run.setup || cursor.time > run.length - run.teardown;
      return `${run.rows[cursor.row]} at ${at(cursor.time)}: ${outside ? "set-up or tear-down" : "no item"}.${several}`;
    }
    const sums = new Map();
    for (let span = run.firstSpan[item]; span < run.firstSpan[item + 1]; span++) {
      const ticks = run.share[span] * (run.to[span] - run.from[span]);
      sums.set(run.activity[span], (sums.get(run.activity[span]) ?? 0) + ticks);
    }
    const sorted = [...sums].sort(([one], [other]) => one - other);
    const parts = sorted.map(([one, ticks]) => `${duration(ticks)} ${this.captions[one]}`);
    const connection = run.connections[item] ?? null;
    const where = `${run.rows[cursor.row]}, item ${run.number[item]}${connection === null ? "" : `, connection ${connection}`}`;
    const when = `${duration(run.end[item] - run.start[item])} from ${at(run.start[item])} to ${at(run.end[item])}`;
    return `${where}: ${when}: ${parts.join("; ")}.${several}`;
  }

  // Drawing.

  later() { this.pending ??= requestAnimationFrame(() => this.draw()); }

  get lanes() { return Math.min(this.view.shown, Math.floor(MOST_HEIGHT / LEAST_ROW_HEIGHT)); }

  get plotHeight() { return Math.min(MOST_HEIGHT, ROW_HEIGHT * this.run.rows.length); }

  get ticksPerPixel() { return (this.view.to - this.view.from) / (this.canvas.clientWidth - this.gutter); }

  draw() {
    cancelAnimationFrame(this.pending);
    this.pending = undefined;
    const { canvas, context } = this;
    if (!this.run || !canvas.clientWidth) return;
    const height = this.plotHeight + this.stripHeight + AXIS_HEIGHT;
    canvas.style.height = `${height}px`;
    this.scale = Math.min(2, devicePixelRatio);
    canvas.width = Math.round(canvas.clientWidth * this.scale);
    canvas.height = Math.round(height * this.scale);
    context.scale(this.scale, this.scale);
    this.ink = getComputedStyle(canvas).color;
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "middle";
    this.drawNames();
    const total = this.drawLanes();
    if (this.stripHeight) this.drawInFlight(this.plotHeight, total);
    this.drawAxis(height - AXIS_HEIGHT);
    this.drawCursor();
    this.words.textContent = this.describe();
    canvas.dataset.run = this.select.value;
  }

  drawNames() {
    const { context, run, view } = this, height = this.plotHeight / this.lanes;
    const names = height < NAMED_ROW_HEIGHT ? [] : run.rows.slice(view.top, view.top + view.shown);
    const widest = Math.max(-6, ...names.map((name) => context.measureText(name).width));
    this.gutter = Math.ceil(Math.min(0.3 * this.canvas.clientWidth, widest + 6));
    context.fillStyle = this.ink;
    names.forEach((name, place) => context.fillText(name, 0, (place + 0.5) * height, this.gutter - 6));
  }

  // Draw the rows, and return the sums over all rows of the run. Sum up what is drawn, for the legend.
  drawLanes() {
    const { run, view, scale, lanes } = this, left = Math.round(this.gutter * scale);
    const width = this.canvas.width - left, height = Math.round(this.plotHeight * scale);
    const perTick = width / (view.to - view.from), count = this.activities.length;
    const total = new Columns(count, width), own = new Columns(count, width);
    const image = this.context.createImageData(width, height), drawn = new Float64Array(count);
    const pixels = new Uint32Array(image.data.buffer);
    const colours = this.colours();
    for (let row = 0; row < view.top; row++) this.addRow(total, row, perTick);
    for (let lane = 0; lane < lanes; lane++) {
      const [first, after] = this.rowsOfLane(lane);
      own.clear();
      for (let row = first; row < after; row++) {
        this.addRow(own, row, perTick);
        this.addRow(total, row, perTick);
      }
      const top = Math.round((lane * height) / lanes), bottom = Math.round(((lane + 1) * height) / lanes);
      const gap = bottom - top > 4 * scale ? Math.round(scale) : 0;
      const column = new Float32Array(3 * (bottom - top + 1));
      own.each((x, sums, same) => {
        for (let one = 0; one < count; one++) drawn[one] += sums[one];
        if (!same) paint(image, x, top, bottom - gap, sums, after - first, colours, column);
        else for (let y = top; y < bottom - gap; y++) pixels[y * width + x] = pixels[y * width + x - 1];
      });
    }
    for (let row = view.top + view.shown; row < run.rows.length; row++) this.addRow(total, row, perTick);
    this.context.putImageData(image, left, 0);
    this.drawn = Object.fromEntries(this.activities.map((name, one) => [name, drawn[one] / perTick / TICKS_PER_S]));
    this.legend.forEach((line, one) => {
      line.hidden = drawn[one] < 1e-6 * width;
      line.querySelector("b").textContent = duration(drawn[one] / perTick);
    });
    return total;
  }

  addRow(columns, row, perTick) {
    const { run, view } = this, overhead = this.activities.indexOf("overhead");
    const place = (ticks) => (ticks - view.from) * perTick;
    columns.add(overhead, place(0), place(run.setup), 1);
    columns.add(overhead, place(run.length - run.teardown), place(run.length), 1);
    for (let span = run.firstSpan[run.firstItem[row]]; span < run.firstSpan[run.firstItem[row + 1]]; span++) {
      columns.add(run.activity[span], place(run.from[span]), place(run.to[span]), run.share[span]);
    }
  }

  // The colours of all activities, and of no activity, as the style sheet has them now.
  colours() {
    const parsed = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);
    const style = getComputedStyle(this.canvas), none = parsed(style.backgroundColor);
    return [...this.legend.map((line) => parsed(getComputedStyle(line.querySelector("i")).backgroundColor)), none];
  }

  // Draw how many requests all rows together have at the server.
  drawInFlight(top, total) {
    const { context, canvas } = this, counted = IN_FLIGHT.map((name) => this.activities.indexOf(name));
    const heights = [], left = this.gutter, width = (canvas.clientWidth - left) / total.width;
    total.each((_, sums) => heights.push(counted.reduce((sum, one) => sum + sums[one], 0)));
    const most = Math.max(...heights), high = STRIP_HEIGHT - 16; // below the words
    context.fillStyle = this.ink;
    context.globalAlpha = 0.35;
    heights.forEach((height, x) => {
      const drawn = most > 0 ? (high * height) / most : 0;
      context.fillRect(left + x * width, top + STRIP_HEIGHT - drawn, width, drawn);
    });
    context.globalAlpha = 1;
    context.fillText(`requests in flight: up to ${three.format(most)}`, left + 2, top + 9);
  }

  drawAxis(top) {
    const { context, view, gutter } = this, least = 90 * this.ticksPerPixel;
    const power = 10 ** Math.floor(Math.log10(least));
    const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= least);
    context.fillStyle = this.ink;
    for (let time = Math.ceil(view.from / step) * step; time <= view.to; time += step) {
      const x = gutter + (time - view.from) / this.ticksPerPixel, text = moment(time, step);
      context.fillRect(x, top, 1, 4);
      context.fillText(text, Math.min(x, this.canvas.clientWidth - context.measureText(text).width), top + 11);
    }
  }

  drawCursor() {
    const { context, view, cursor, run } = this, lane = this.laneOf(cursor.row), height = this.plotHeight / this.lanes;
    const place = (ticks) => this.gutter + (clamp(ticks, view.from, view.to) - view.from) / this.ticksPerPixel;
    context.strokeStyle = context.fillStyle = this.ink;
    if (cursor.time >= view.from && cursor.time <= view.to) context.fillRect(place(cursor.time), 0, 1, this.plotHeight);
    const item = this.itemAt(cursor.row, cursor.time);
    if (item < 0 || lane < 0 || lane >= this.lanes) return;
    const left = place(run.start[item]), right = place(run.end[item]);
    context.strokeRect(left + 0.5, lane * height + 0.5, Math.max(1, right - left - 1), Math.max(1, height - 1));
  }

  // Keyboard, buttons, wheel, pointer and touch.

  listen() {
    const { canvas, box } = this;
    const actions = {
      in: () => this.zoom(1 / ZOOM), out: () => this.zoom(ZOOM), whole: () => this.whole(),
      fewer: () => this.zoomRows(1 / ZOOM), more: () => this.zoomRows(ZOOM),
    };
    const keys = {
      "+": actions.in, "=": actions.in, "-": actions.out, "0": actions.whole, Home: actions.whole,
      ArrowLeft: (event) => (event.shiftKey ? this.stepItem(-1) : this.stepTime(-1)),
      ArrowRight: (event) => (event.shiftKey ? this.stepItem(1) : this.stepTime(1)),
      ArrowUp: () => this.stepRow(-1), ArrowDown: () => this.stepRow(1),
    };
    for (const button of box.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => this.run && actions[button.dataset.do]());
    }
    canvas.addEventListener("keydown", (event) => {
      if (!this.run || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
      event.preventDefault();
      keys[event.key](event);
    });
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, event);
      this.point(event.offsetX, event.offsetY);
    });
    canvas.addEventListener("pointermove", (event) => this.pointerMoved(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, (event) => this.pointers.delete(event.pointerId));
    }
    new ResizeObserver(() => this.later()).observe(canvas);
    new MutationObserver(() => this.later()).observe(document.documentElement, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.later());
  }

  // Zoom by the wheel where that can't be meant for the page: after a click on the picture, or with a trackpad's pinch.
  wheel(event) {
    if (!this.run || !(event.ctrlKey || document.activeElement === this.canvas)) return;
    const before = JSON.stringify(this.view), turned = event.deltaY || event.deltaX;
    const factor = Math.exp(clamp(turned, -100, 100) * (event.ctrlKey ? 0.01 : 0.003));
    this.point(event.offsetX, event.offsetY);
    if (event.shiftKey) this.zoomRows(factor);
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.pan(event.deltaX * this.ticksPerPixel);
    else this.zoom(factor);
    if (event.ctrlKey || JSON.stringify(this.view) !== before) event.preventDefault();
  }

  pointerMoved(event) {
    if (!this.run) return;
    const before = this.pointers.get(event.pointerId);
    if (!before) return this.point(event.offsetX, event.offsetY);
    const other = [...this.pointers.values()].find((one) => one.pointerId !== event.pointerId);
    this.pointers.set(event.pointerId, event);
    if (other) return this.pinch(before, event, other);
    const rows = (before.offsetY - event.offsetY) * (this.view.shown / this.plotHeight);
    this.dragged = (this.dragged ?? 0) + rows;
    this.pan((before.offsetX - event.offsetX) * this.ticksPerPixel);
    this.panRows(Math.trunc(this.dragged));
    this.dragged -= Math.trunc(this.dragged);
  }

  // Two fingers side by side zoom in time; one above the other, in rows.
  pinch(before, after, other) {
    const apart = (one) => [Math.abs(one.offsetX - other.offsetX), Math.abs(one.offsetY - other.offsetY)];
    const [was, is] = [apart(before), apart(after)], upright = is[1] > is[0] ? 1 : 0;
    const factor = Math.max(was[upright], 10) / Math.max(is[upright], 10);
    this.point((after.offsetX + other.offsetX) / 2, (after.offsetY + other.offsetY) / 2);
    if (upright) this.zoomRows(factor); else this.zoom(factor);
  }
}

if (globalThis.DecompressionStream) {
  for (const box of document.querySelectorAll(".timelines")) box.timeline = new Timeline(box);
}
