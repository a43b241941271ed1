"""The programmes that people sign up for, what each of them promises, and the working days it counts in."""
