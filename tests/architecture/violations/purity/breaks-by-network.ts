export const get = (): unknown => fetch('https://gate.example');
