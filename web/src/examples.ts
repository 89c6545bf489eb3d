// Made-up files, each with one thing wrong.
import { nothingTyped, type Inputs } from './inputs.js'

const token = '01EPF8PPQ9WZQ5TADPCV8DPMG5'

export const examples: readonly (Inputs & { title: string })[] = [
  {
    title: 'a registry without its last slash',
    version: '6.7.0',
    user: `# work\nregistry=https://acme.bytesafe.dev/r/main\n//acme.bytesafe.dev/r/main/:_authToken=${token}\nalways-auth=false\n`,
    failing: 'npm install left-pad'
  },
  {
    title: 'a token for another registry',
    version: '10.9.9',
    user: `registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/default/:_authToken=${token}\n`,
    failing: 'npm ci'
  },
  {
    title: 'a token that a CI job keeps in a variable',
    version: '10.9.9',
    project: '@acme:registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n',
    failing: 'npm ci'
  },
  {
    title: 'a file with nothing wrong in it, and a 401',
    version: '11.6.0',
    user: `registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${token}\n`,
    failing: '$ npm install left-pad\nnpm error code E401\nnpm error 401 Unauthorized - GET https://acme.bytesafe.dev/r/main/left-pad\n'
  }
].map(example => ({ ...nothingTyped, ...example }))
