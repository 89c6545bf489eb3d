// The states that the page can be in, and how a person reaches them.
import { npmrc, saysSoon, served } from './page.mjs'

const { main, closed } = served.registries
const { valid, revoked } = served.tokens
const open = doctor => doctor.page.locator('npm-access-doctor').evaluate(element => element.shadowRoot.querySelectorAll('details').forEach(details => (details.open = true)))

async function check(doctor, registry, token) {
  await doctor.version.fill('10.9.9')
  await doctor.user.fill(npmrc(registry, token))
  await doctor.checkButton.click()
}

export const states = {
  'nothing typed': () => {},
  'not sent, all unfolded': async doctor => {
    await doctor.version.fill('6.7.0')
    await doctor.user.fill(`registry=${main.slice(0, -1)}\n${main.slice(5)}:_authToken=${valid}\n`)
    await doctor.state('not-sent')
    await open(doctor)
    await doctor.diagnosis.getByRole('button', { name: 'Copy the link' }).waitFor()
  },
  'a question': async doctor => {
    await doctor.project.fill('registry=https://acme.bytesafe.dev/r/main/\n//acme.bytesafe.dev/r/main/:_authToken=${NPM_TOKEN}\n')
    await doctor.state('unknown')
  },
  accepted: async doctor => {
    await check(doctor, main, valid)
    await doctor.state('accepted')
  },
  refused: async doctor => {
    await check(doctor, main, revoked)
    await doctor.state('refused')
  },
  'closed to browsers': async doctor => {
    await check(doctor, closed, valid)
    await saysSoon(doctor.tokenCheck, /may not ask/)
    await open(doctor)
  },
  'a warning before http': async doctor => {
    await check(doctor, 'http://registry.example/r/main/', valid)
    await saysSoon(doctor.tokenCheck, /could read the token/)
  },
  'added files': async doctor => {
    const chooser = doctor.page.waitForEvent('filechooser')
    await doctor.page.getByRole('button', { name: 'Add files' }).click()
    await (await chooser).setFiles([
      { name: '.yarnrc.yml', mimeType: 'text/yaml', buffer: Buffer.from('npmRegistryServer: https://acme.bytesafe.dev/r/main/\n') },
      { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0x50, 0, 0]) }
    ])
    await doctor.page.getByText(/photo\.png/).first().waitFor()
  }
}

export const ready = doctor => doctor.page.getByRole('button', { name: 'Load an example' }).and(doctor.page.locator(':enabled')).waitFor()

/** What a browser says of its own where a registry refuses, or may not be asked. */
export const expectedErrors = [/Failed to load resource/, /CORS policy/]
