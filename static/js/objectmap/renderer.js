/** Draws points with WebGL 2: each is a disc of the colour of its shade, a place in a palette of 256. What is hidden has a
 * colour without opacity. A part of the points is drawn alone while the map moves, where all would take too long: they are
 * shuffled, so that any first part of them looks like the whole. */

const VERTEX = `#version 300 es
in vec2 place; in float shade; in float mark;
uniform vec2 middle; uniform vec2 scale; uniform float size; uniform float pass; uniform sampler2D palette;
out vec4 colour; out float ring;
void main() {
  colour = texelFetch(palette, ivec2(int(shade), 0), 0);
  bool isDrawn = colour.a > 0.0 && (pass < 0.5 || mark > 0.5);
  ring = pass;
  gl_Position = isDrawn ? vec4((place - middle) * scale, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
  gl_PointSize = size + pass * 4.0;
}`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec4 colour; in float ring; uniform vec4 ink; uniform float size; out vec4 drawn;
void main() {
  float away = length(gl_PointCoord - 0.5) * 2.0;
  if (away > 1.0 && size > 2.5) discard;
  drawn = ring > 0.5 && away > size / (size + 4.0) ? ink : vec4(colour.rgb, 1.0);
}`;
const LEAST = 60_000; // points that are drawn however slow it is
const SLOW = 45; // milliseconds between two frames
const QUICK = 25;

export class NoGraphics extends Error {}

export class Renderer {
  /** Throws NoGraphics where the browser has no WebGL 2.
   * @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.gl = canvas.getContext("webgl2", { antialias: false, depth: false, alpha: true, premultipliedAlpha: false });
    if (!this.gl) throw new NoGraphics("no WebGL 2");
    this.program = linked(this.gl);
    /** @type {Drawn[]} */
    this.blocks = [];
    this.length = 0;
    this.share = 1; // of the points, that is drawn while the map moves
    this.hasMarks = false;
    this.ink = [0, 0, 0, 1];
    const { gl } = this;
    this.texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    this.uniforms = Object.fromEntries(["middle", "scale", "size", "pass", "palette", "ink"].map((name) => [name, gl.getUniformLocation(this.program, name)]));
  }

  clear() {
    for (const block of this.blocks) block.delete();
    this.blocks = [];
    this.length = 0;
  }

  /** @param {Uint16Array} x
   * @param {Uint16Array} y
   * @param {Uint8Array} shades */
  add(x, y, shades) {
    this.blocks.push(new Drawn(this.gl, this.program, x, y, shades, this.length));
    this.length += x.length;
  }

  /** @param {(i: number) => number} shadeOf of all points anew */
  shadeAll(shadeOf) {
    for (const block of this.blocks) block.write("shade", shadeOf);
  }

  /** @param {Uint8Array} marks of all points: those that are selected have a ring */
  mark(marks) {
    this.hasMarks = marks.includes(1);
    for (const block of this.blocks) block.write("mark", (i) => marks[i]);
  }

  /** @param {Uint8Array} colours 256 times red, green, blue, opacity */
  setPalette(colours) {
    const { gl } = this;
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colours);
  }

  /** So that the next frames take neither too long nor show less than they could.
   * @param {number} took milliseconds since the frame before */
  learn(took) {
    if (took > SLOW) this.share = Math.max(Math.min(1, LEAST / Math.max(this.length, 1)), this.share * 0.7);
    else if (took < QUICK) this.share = Math.min(1, this.share * 1.15);
  }

  /** @param {import("./view.js").View} view
   * @param {boolean} isMoving */
  draw(view, isMoving) {
    const { gl, canvas, uniforms } = this;
    const ratio = canvas.width / view.width;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (!this.length) return;
    gl.useProgram(this.program);
    gl.uniform2f(uniforms.middle, view.x, view.y);
    gl.uniform2f(uniforms.scale, (2 * view.scale) / view.width, (2 * view.scale) / view.height);
    gl.uniform1f(uniforms.size, sizeOf(view, this.length) * ratio);
    gl.uniform4fv(uniforms.ink, this.ink);
    gl.uniform1i(uniforms.palette, 0);
    for (const pass of this.hasMarks ? [0, 1] : [0]) {
      gl.uniform1f(uniforms.pass, pass);
      for (const block of this.blocks) block.draw(isMoving && pass === 0 ? this.share : 1);
    }
  }
}

/** Pixels of a point: smaller where there are many, larger when one looks closer.
 * @param {import("./view.js").View} view
 * @param {number} count */
export function sizeOf(view, count) {
  const room = Math.sqrt((view.width * view.height) / Math.max(count, 1));
  return Math.min(9, Math.max(1.6, 0.34 * room * Math.sqrt(view.zoom)));
}

/** A block of points on the graphics card. */
class Drawn {
  constructor(gl, program, x, y, shades, start) {
    this.gl = gl;
    this.start = start;
    this.order = shuffled(x.length);
    const places = new Uint16Array(2 * x.length);
    for (const [to, from] of this.order.entries()) {
      places[2 * to] = x[from];
      places[2 * to + 1] = y[from];
    }
    this.array = gl.createVertexArray();
    gl.bindVertexArray(this.array);
    this.buffers = {
      place: attribute(gl, program, "place", 2, gl.UNSIGNED_SHORT, true, places),
      shade: attribute(gl, program, "shade", 1, gl.UNSIGNED_BYTE, false, new Uint8Array(x.length)),
      mark: attribute(gl, program, "mark", 1, gl.UNSIGNED_BYTE, false, new Uint8Array(x.length)),
    };
    this.write("shade", (i) => shades[i - start]);
  }

  /** @param {"shade"|"mark"} name
   * @param {(i: number) => number} valueAt of a point */
  write(name, valueAt) {
    const values = new Uint8Array(this.order.length);
    for (let to = 0; to < values.length; to += 1) values[to] = valueAt(this.start + this.order[to]);
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, this.buffers[name]);
    this.gl.bufferSubData(this.gl.ARRAY_BUFFER, 0, values);
  }

  draw(share) {
    this.gl.bindVertexArray(this.array);
    this.gl.drawArrays(this.gl.POINTS, 0, Math.ceil(this.order.length * share));
  }

  delete() {
    for (const buffer of Object.values(this.buffers)) this.gl.deleteBuffer(buffer);
    this.gl.deleteVertexArray(this.array);
  }
}

/** 0 to n - 1, in an order that looks like chance and is the same each time.
 * @param {number} n */
function shuffled(n) {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let seed = 1;
  for (let i = n - 1; i > 0; i -= 1) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const j = seed % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

function attribute(gl, program, name, size, type, isNormalised, data) {
  const buffer = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
  const place = gl.getAttribLocation(program, name);
  gl.enableVertexAttribArray(place);
  gl.vertexAttribPointer(place, size, type, isNormalised, 0, 0);
  return buffer;
}

function linked(gl) {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
  return program;
}
