const held = 1;

export default held;
