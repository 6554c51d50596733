import { startServices } from './services.mjs';

/** Runs once before the first test that needs services; the workers inherit the environment. */
export default async function globalSetup() {
  const services = await startServices();
  Object.assign(process.env, services.environment);
  globalThis.fieldgateTestServices = services;
}
