/** Emscripten's loader, which the build puts beside the scripts. */
declare const make: unknown
export default make
