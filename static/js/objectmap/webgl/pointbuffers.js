/** A block of points on the graphics card. */
export class PointBuffers {
  /** @param {WebGL2RenderingContext} gl
   * @param {WebGLProgram} program
   * @param {Uint16Array} x
   * @param {Uint16Array} y
   * @param {number} start */
  constructor(gl, program, x, y, start) {
    this.gl = gl;
    this.start = start;
    this.drawn = 0; // points, in this view
    this.order = shuffled(x.length);
    const places = new Uint16Array(2 * x.length);
    for (let to = 0; to < x.length; to += 1) {
      places[2 * to] = x[this.order[to]];
      places[2 * to + 1] = y[this.order[to]];
    }
    this.array = gl.createVertexArray();
    gl.bindVertexArray(this.array);
    this.buffers = {
      place: attribute(gl, program, "place", 2, gl.UNSIGNED_SHORT, true, places),
      shade: attribute(gl, program, "shade", 1, gl.UNSIGNED_BYTE, false, new Uint8Array(x.length)),
      mark: attribute(gl, program, "mark", 1, gl.UNSIGNED_BYTE, false, new Uint8Array(x.length)),
    };
  }

  /** @param {"shade"|"mark"} name
   * @param {(i: number) => number} valueAt of a point */
  write(name, valueAt) {
    const values = new Uint8Array(this.order.length);
    for (let to = 0; to < values.length; to += 1) values[to] = valueAt(this.start + this.order[to]);
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, this.buffers[name]);
    this.gl.bufferSubData(this.gl.ARRAY_BUFFER, 0, values);
  }

  get left() {
    return this.order.length - this.drawn;
  }

  /** Of what is left the next part, which counts as drawn.
   * @param {number} share
   * @returns {[first: number, end: number, block: PointBuffers]} */
  take(share) {
    const first = this.drawn;
    this.drawn += Math.ceil(this.left * share);
    return [first, this.drawn, this];
  }

  /** @param {number} first
   * @param {number} end */
  draw(first, end) {
    if (end === first) return;
    this.gl.bindVertexArray(this.array);
    this.gl.drawArrays(this.gl.POINTS, first, end - first);
  }
}

/** @type {Map<number, Uint32Array>} */
const orders = new Map(); // by length: most blocks are equally long

/** 0 to n - 1, in an order that looks like chance and is the same each time.
 * @param {number} n */
function shuffled(n) {
  const present = orders.get(n);
  if (present) return present;
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i += 1) order[i] = i;
  let seed = 1;
  for (let i = n - 1; i > 0; i -= 1) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const j = seed % (i + 1);
    const other = order[j];
    order[j] = order[i];
    order[i] = other;
  }
  orders.set(n, order);
  return order;
}

/** @param {WebGL2RenderingContext} gl
 * @param {WebGLProgram} program
 * @param {string} name
 * @param {number} size
 * @param {number} type
 * @param {boolean} isNormalised
 * @param {Uint8Array|Uint16Array} data */
function attribute(gl, program, name, size, type, isNormalised, data) {
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
  const place = gl.getAttribLocation(program, name);
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, size, type, isNormalised, 0, 0);
  return buffer;
}
