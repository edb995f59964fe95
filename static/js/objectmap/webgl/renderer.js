/** Draws points with WebGL 2: each is a disc of the colour of its shade, a place in a palette of 256. What is hidden has a
 * colour without opacity. A frame draws as many points as it has time for, the next ones draw more over them, until the
 * view changes: they are shuffled, so that any first part of them looks like the whole. */

import { required } from "../../page/elements.js";
import { Pace } from "./pace.js";
import { PointBuffers } from "./pointbuffers.js";

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
export class NoGraphics extends Error {}

export class Renderer {
  /** Throws NoGraphics where the browser has no WebGL 2.
   * @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.gl = canvas.getContext("webgl2", { antialias: false, depth: false, alpha: true, premultipliedAlpha: false, preserveDrawingBuffer: true });
    if (!this.gl) throw new NoGraphics("no WebGL 2");
    this.program = linked(this.gl);
    /** @type {PointBuffers[]} */
    this.blocks = [];
    this.length = 0;
    this.pace = new Pace();
    this.hasMarks = false;
    this.ink = [0, 0, 0, 1];
    const { gl } = this;
    this.texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    this.uniforms = Object.fromEntries(["middle", "scale", "size", "pass", "palette", "ink"].map((name) => [name, gl.getUniformLocation(this.program, name)]));
  }

  /** @param {Uint16Array} x
   * @param {Uint16Array} y
   * @param {(i: number) => number} shadeOf of all points */
  add(x, y, shadeOf) {
    this.blocks.push(new PointBuffers(this.gl, this.program, x, y, this.length));
    this.blocks.at(-1)?.write("shade", shadeOf);
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

  /** The view or the colours are others: the next frame begins anew. */
  restart() {
    for (const block of this.blocks) block.drawn = 0;
    this.isNew = true;
  }

  /** As many of the points that are not drawn yet as a frame has time for. Returns whether all are drawn now.
   * @param {import("../view.js").View} view
   * @param {boolean} isMoving */
  draw(view, isMoving) {
    if (this.isNew) this.clear();
    this.isNew = false;
    const left = this.blocks.reduce((sum, block) => sum + block.left, 0);
    if (!left) return true;
    this.prepare(view);
    const budget = this.pace.budget(isMoving);
    const parts = this.blocks.map((block) => block.take(Math.min(1, budget / left)));
    for (const pass of this.hasMarks ? [0, 1] : [0]) {
      this.gl.uniform1f(this.uniforms.pass, pass);
      // rings lie above all points that are drawn by now
      for (const [first, end, block] of parts) block.draw(pass ? 0 : first, end);
    }
    return budget >= left;
  }

  clear() {
    const { gl, canvas } = this;
    gl.viewport(0, 0, canvas.width, canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }

  /** @param {import("../view.js").View} view */
  prepare(view) {
    const { gl, canvas, uniforms } = this;
    gl.useProgram(this.program);
    gl.uniform2f(uniforms.middle, view.x, view.y);
    gl.uniform2f(uniforms.scale, (2 * view.scale) / view.width, (2 * view.scale) / view.height);
    gl.uniform1f(uniforms.size, sizeOf(view, this.length) * (canvas.width / view.width));
    gl.uniform4fv(uniforms.ink, this.ink);
    gl.uniform1i(uniforms.palette, 0);
  }
}

/** Pixels of a point: smaller where there are many, larger when one looks closer.
 * @param {import("../view.js").View} view
 * @param {number} count */
export function sizeOf(view, count) {
  const room = Math.sqrt((view.width * view.height) / Math.max(count, 1));
  return Math.min(9, Math.max(1.6, 0.34 * room * Math.sqrt(view.zoom)));
}

/** @param {WebGL2RenderingContext} gl */
function linked(gl) {
  const program = required(gl.createProgram(), "program of the graphics card");
  for (const { type, source } of [
    { type: gl.VERTEX_SHADER, source: VERTEX },
    { type: gl.FRAGMENT_SHADER, source: FRAGMENT },
  ]) {
    const shader = required(gl.createShader(type), "shader of the graphics card");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "The shaders could not be linked.");
  return program;
}
