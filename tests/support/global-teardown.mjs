export default async function globalTeardown() {
  await globalThis.fieldgateTestServices.stop();
}
