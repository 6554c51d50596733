export const say = (): void => console.log('said');
