// The sound of a new message: two short notes, which the browser makes, so that there is no file to load.

const NOTES = [660, 880]; // Hz
const NOTE_S = 0.09;
const LOUDNESS = 0.08;
const REST_MS = 3000; // many messages at once make one sound

/** @type {AudioContext | null} */
let context = null;
let last = -Infinity;

/** Plays the sound, unless it was played just before. Browsers play nothing before the first press on a page. */
export async function playSound() {
  if (performance.now() - last < REST_MS || !("AudioContext" in globalThis)) return;
  last = performance.now();
  context ??= new AudioContext();
  if (context.state === "suspended" && !navigator.userActivation?.hasBeenActive) return;
  await context.resume();
  NOTES.forEach((note, at) => context && play(context, note, context.currentTime + at * NOTE_S));
}

/** @param {AudioContext} audio
    @param {number} note
    @param {number} start seconds */
function play(audio, note, start) {
  const tone = new OscillatorNode(audio, { frequency: note });
  const volume = new GainNode(audio, { gain: LOUDNESS });
  volume.gain.setValueAtTime(LOUDNESS, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S * 2);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + NOTE_S * 2);
}
