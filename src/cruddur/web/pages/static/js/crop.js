// Which square of a picture is taken: its middle, in the picture's own pixels, and how far it is zoomed in.

const LEAST_SIDE = 64; // fewer pixels would be a blur
const MOST_ZOOM = 8;

export class Crop {
  zoom = 1;
  #x;
  #y;

  /** @param {number} width
      @param {number} height */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.#x = width / 2;
    this.#y = height / 2;
  }

  /** The most by which it can be zoomed in. */
  get most() {
    return Math.max(1, Math.min(MOST_ZOOM, this.#shorter / LEAST_SIDE));
  }

  /** The square in the picture's pixels. */
  get square() {
    const side = this.#shorter / this.zoom;
    return { x: this.#x - side / 2, y: this.#y - side / 2, side };
  }

  /** Moves the picture below the square, in parts of the square's side.
      @param {number} right
      @param {number} down */
  move(right, down) {
    const { side } = this.square;
    this.#x -= right * side;
    this.#y -= down * side;
    this.#keepInside();
  }

  /** @param {number} zoom */
  zoomTo(zoom) {
    this.zoom = Math.min(this.most, Math.max(1, zoom));
    this.#keepInside();
  }

  get #shorter() {
    return Math.min(this.width, this.height);
  }

  #keepInside() {
    const half = this.#shorter / this.zoom / 2;
    this.#x = Math.min(this.width - half, Math.max(half, this.#x));
    this.#y = Math.min(this.height - half, Math.max(half, this.#y));
  }
}
