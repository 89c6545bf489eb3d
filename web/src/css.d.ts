/** The build hands style sheets over as minified text. */
declare module '*.css' {
  const text: string
  export default text
}

/** The package's version, put in by the build. */
declare const VERSION: string

/** Where the pages of the findings lie, as seen from the scripts; empty where they were bundled. */
declare const PAGES: string
