// Read a run from the page, and sum up what happened in each column of pixels. run_timelines.js comes after this in one script.
const TICKS_PER_S = 1e7;

const clamp = (value, least, most) => Math.max(least, Math.min(most, value));
const three = new Intl.NumberFormat("en", { maximumSignificantDigits: 3, useGrouping: false });

function duration(ticks) {
  const seconds = ticks / TICKS_PER_S;
  const [unit, name] = seconds >= 1 ? [1, "s"] : seconds >= 1e-3 ? [1e-3, "ms"] : [1e-6, "µs"];
  return `${three.format(seconds / unit)} ${name}`;
}

// Write a moment with as many decimals as tell moments ``step`` ticks apart.
function moment(ticks, step) {
  return `${(ticks / TICKS_PER_S).toFixed(clamp(Math.ceil(Math.log10(TICKS_PER_S / step)), 0, 7))} s`;
}

// Return the run in an option: report/run_timelines.py explains its fields.
async function decoded(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
}

// Turn differences into times: lists of items, each with its first span, and of spans, each a share of a row's height.
function unpacked(data, activities) {
  const run = { ...data, number: [], start: [], end: [], firstSpan: [], firstItem: [0] };
  Object.assign(run, { from: [], to: [], share: [], activity: [] });
  let item = 0, amount = 0, number = 0;
  for (const count of data.counts) {
    let time = 0;
    for (const last = item + count; item < last; item++) {
      time += data.starts[item];
      number += data.items[item];
      run.number.push(number);
      run.start.push(time);
      run.firstSpan.push(run.from.length);
      for (const phase of data.shapes[data.shape[item]]) {
        const amounts = data.amounts.slice(amount, amount + phase.length);
        const length = amounts.reduce((sum, one) => sum + one, 0);
        amount += phase.length;
        phase.forEach((name, place) => {
          if (!amounts[place]) return;
          run.from.push(time);
          run.to.push(time + length);
          run.share.push(amounts[place] / length);
          run.activity.push(activities.indexOf(name));
        });
        time += length;
      }
      run.end.push(time);
    }
    run.firstItem.push(item);
  }
  run.firstSpan.push(run.from.length);
  return run;
}

// Sums of shares over time, one number for each activity and column of pixels, kept as differences between columns.
class Columns {
  constructor(activities, width) {
    this.activities = activities;
    this.width = width;
    this.stride = width + 2;
    this.changes = new Float64Array(activities * this.stride);
    this.sums = new Float64Array(activities);
  }

  clear() { this.changes.fill(0); }

  // Add ``share`` from one place to another, in columns: a column that is covered in part gets that part.
  add(activity, from, to, share) {
    from = Math.max(0, from);
    to = Math.min(this.width, to);
    if (to <= from) return;
    const first = Math.floor(from), last = Math.floor(to), offset = activity * this.stride;
    const begun = (first + 1 - from) * share, ended = (to - last) * share;
    this.changes[offset + first] += begun;
    this.changes[offset + first + 1] += share - begun;
    this.changes[offset + last] += ended - share;
    this.changes[offset + last + 1] -= ended;
  }

  // Call ``visit`` with each column, the sums of all activities in it, and whether they are those of the column before.
  each(visit) {
    this.sums.fill(0);
    for (let column = 0; column < this.width; column++) {
      let same = column > 0;
      for (let one = 0; one < this.activities; one++) {
        const change = this.changes[one * this.stride + column];
        if (Math.abs(change) > 1e-12) same = false;
        this.sums[one] += change;
      }
      visit(column, this.sums, same);
    }
  }
}

// Paint one column of a lane: the shares of the time of ``rows`` rows, stacked from below. Where they meet, colours mix.
function paint(image, x, top, bottom, sums, rows, colours, column) {
  const height = bottom - top;
  let from = 0, rest = 1;
  column.fill(0);
  for (let one = 0; one < colours.length; one++) {
    const share = one < sums.length ? clamp(sums[one] / rows, 0, rest) : rest;
    if (share < 1e-9) continue;
    const to = Math.min(height, from + share * height), [red, green, blue] = colours[one];
    rest -= share;
    for (let pixel = Math.floor(from); pixel < to; pixel++) {
      const part = Math.min(pixel + 1, to) - Math.max(pixel, from);
      column[3 * pixel] += part * red;
      column[3 * pixel + 1] += part * green;
      column[3 * pixel + 2] += part * blue;
    }
    from = to;
  }
  for (let pixel = 0; pixel < height; pixel++) {
    const place = 4 * ((bottom - 1 - pixel) * image.width + x);
    for (let part = 0; part < 3; part++) image.data[place + part] = column[3 * pixel + part];
    image.data[place + 3] = 255;
  }
}
