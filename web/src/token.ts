// The token check, loaded once there is a token to check.
export { CheckFlow } from './check-flow.js'
export { tokenView } from './views/token-view.js'
