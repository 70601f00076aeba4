"""What is to be hidden, and how: the policy, and the plan that is made by it."""
