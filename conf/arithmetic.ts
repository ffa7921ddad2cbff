import { deepest } from "./code.ts";

/** Where an arithmetic expression finds its variables, and how it fails. */
export interface Numbers {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  failure(why: string, remedy: string): Error;
}

/** The binary operators of C that POSIX has, the loosest first; those of one row have the same rank. */
const ranks = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

const token =
  /[ \t\n]*(?:(0[xX][0-9a-fA-F]+|[0-9]+)(?![\w.])|([A-Za-z_]\w*)|(<<=|>>=|\|\||&&|<<|>>|[-+*/%&|^<>=!]=|[-+*/%&|^<>=!~?:()]))/y;
const assigns = new Set(["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^="]);

const signed = (value: bigint) => BigInt.asIntN(64, value);
const truth = (is: boolean) => (is ? 1n : 0n);

const operations: Record<string, (left: bigint, right: bigint) => bigint> = {
  "|": (left, right) => left | right,
  "^": (left, right) => left ^ right,
  "&": (left, right) => left & right,
  "==": (left, right) => truth(left === right),
  "!=": (left, right) => truth(left !== right),
  "<": (left, right) => truth(left < right),
  ">": (left, right) => truth(left > right),
  "<=": (left, right) => truth(left <= right),
  ">=": (left, right) => truth(left >= right),
  "<<": (left, right) => left << (right & 63n),
  ">>": (left, right) => left >> (right & 63n),
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
};

/**
 * The value of `$((text))`: signed 64-bit integers, the operators of C without ++, -- and the comma (POSIX.1-2017,
 * Shell Command Language, 2.6.4), and no more than sh's own reading of what POSIX leaves open: a variable holds a
 * number, not an expression.
 */
export function arithmetic(text: string, numbers: Numbers): string {
  return String(new Expression(text, numbers).value());
}

class Expression {
  readonly #text: string;
  readonly #numbers: Numbers;
  #at = 0;
  #depth = 0;
  #token = "";
  #kind: "number" | "name" | "operator" | "end" = "end";

  constructor(text: string, numbers: Numbers) {
    this.#text = text;
    this.#numbers = numbers;
  }

  value(): bigint {
    this.#next();
    const value = this.#assignment(true);
    if (this.#kind !== "end") throw this.#unexpected();
    return value;
  }

  #next(): void {
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (match === null) {
      this.#token = this.#text.slice(this.#at).trim();
      this.#kind = "end";
      if (this.#token !== "") throw this.#unexpected();
      return;
    }
    const [, number, name, operator] = match;
    this.#at = token.lastIndex;
    this.#token = number ?? name ?? operator ?? "";
    this.#kind = number !== undefined ? "number" : name !== undefined ? "name" : "operator";
  }

  #isOperator(operators: ReadonlySet<string>): boolean {
    return this.#kind === "operator" && operators.has(this.#token);
  }

  #take(operator: string): boolean {
    if (this.#kind !== "operator" || this.#token !== operator) return false;
    this.#next();
    return true;
  }

  /** `evaluate` is false in the branch that is not taken: nothing is set there, and dividing by 0 is no error. */
  #assignment(evaluate: boolean): bigint {
    if (++this.#depth > deepest)
      throw this.#numbers.failure("$((…)) is nested too deep", "Write it simpler.");
    const [name, before] = [this.#token, this.#at];
    let value: bigint | undefined;
    if (this.#kind === "name") {
      this.#next();
      if (this.#isOperator(assigns)) {
        const operator = this.#token.slice(0, -1);
        this.#next();
        const right = this.#assignment(evaluate);
        value =
          operator === ""
            ? right
            : this.#apply(operator, evaluate ? this.#variable(name) : 0n, right, evaluate);
        if (evaluate) this.#numbers.set(name, String(value));
      } else {
        this.#at = before;
        this.#token = name;
        this.#kind = "name";
      }
    }
    value ??= this.#conditional(evaluate);
    this.#depth--;
    return value;
  }

  #conditional(evaluate: boolean): bigint {
    const condition = this.#binary(0, evaluate);
    if (!this.#take("?")) return condition;
    if (++this.#depth > deepest)
      throw this.#numbers.failure("$((…)) is nested too deep", "Write it simpler.");
    const yes = this.#assignment(evaluate && condition !== 0n);
    if (!this.#take(":")) throw this.#unexpected();
    const no = this.#conditional(evaluate && condition === 0n);
    this.#depth--;
    return condition !== 0n ? yes : no;
  }

  #binary(rank: number, evaluate: boolean): bigint {
    const operators = ranks[rank];
    if (operators === undefined) return this.#unary(evaluate);
    let left = this.#binary(rank + 1, evaluate);
    while (this.#kind === "operator" && operators.includes(this.#token)) {
      const operator = this.#token;
      this.#next();
      if (operator === "||") left = truth(this.#logical(rank, evaluate && left === 0n) !== 0n || left !== 0n);
      else if (operator === "&&")
        left = truth(this.#logical(rank, evaluate && left !== 0n) !== 0n && left !== 0n);
      else left = this.#apply(operator, left, this.#binary(rank + 1, evaluate), evaluate);
    }
    return left;
  }

  #logical(rank: number, evaluate: boolean): bigint {
    const value = this.#binary(rank + 1, evaluate);
    return evaluate ? value : 0n;
  }

  #apply(operator: string, left: bigint, right: bigint, evaluate: boolean): bigint {
    if (!evaluate) return 0n;
    if (right === 0n && (operator === "/" || operator === "%"))
      throw this.#numbers.failure("$((…)) divides by zero", "Divide by another number.");
    return signed(operations[operator]?.(left, right) ?? 0n);
  }

  #unary(evaluate: boolean): bigint {
    const signs: string[] = [];
    while (this.#kind === "operator" && "-+!~".includes(this.#token)) {
      signs.push(this.#token);
      this.#next();
    }
    let value = this.#primary(evaluate);
    for (const sign of signs.reverse()) {
      if (sign === "-") value = signed(-value);
      else if (sign === "!") value = truth(value === 0n);
      else if (sign === "~") value = ~value;
    }
    return value;
  }

  #primary(evaluate: boolean): bigint {
    const text = this.#token;
    if (this.#take("(")) {
      const value = this.#assignment(evaluate);
      if (!this.#take(")")) throw this.#unexpected();
      return value;
    }
    if (this.#kind !== "number" && this.#kind !== "name") throw this.#unexpected();
    const isNumber = this.#kind === "number";
    this.#next();
    if (isNumber) return this.#number(text, text);
    return evaluate ? this.#variable(text) : 0n;
  }

  #variable(name: string): bigint {
    const value = this.#numbers.get(name)?.trim() ?? "";
    const [, sign = "", digits = ""] = /^([-+]?)(.*)$/s.exec(value) ?? [];
    if (digits === "") return 0n;
    const number = this.#number(digits, `${name}="${value}"`);
    return sign === "-" ? signed(-number) : number;
  }

  #number(digits: string, shown: string): bigint {
    const octal = /^0[0-9]/.test(digits);
    const number = /^(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.test(digits)
      ? BigInt(octal ? `0o${digits.slice(1)}` : digits)
      : undefined;
    // The lowest number is written as - and one more than the highest, which by itself wraps around to it.
    if (number !== undefined && number <= 1n << 63n) return signed(number);
    const why = octal
      ? "is no number: one that starts with 0 is octal"
      : "is no whole number of at most 64 bits";
    throw this.#numbers.failure(`$((…)): ${shown} ${why}`, "Write a number such as 8 or 0x10.");
  }

  #unexpected(): Error {
    const what =
      this.#token === "" ? "ends too early" : `has ${this.#token.slice(0, 20)} where it should not be`;
    return this.#numbers.failure(
      `$((${this.#text.slice(0, 40)})) ${what}`,
      "Write for instance $((2 * $X + 1)).",
    );
  }
}
