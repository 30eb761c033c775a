/** An object of whose methods some fail, as at the end of a process that dies there. */
export const failing = <T extends object>(target: T, ...methods: (keyof T)[]): T =>
  new Proxy(target, {
    get(_, name) {
      if (methods.includes(name as keyof T)) {
        return async () => {
          throw new Error('The process has died.');
        };
      }
      const member = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
