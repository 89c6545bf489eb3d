/** The build hands style sheets over as minified text. */
declare module '*.css' {
  const text: string
  export default text
}

/** The package's version, put in by the build. */
declare const VERSION: string
