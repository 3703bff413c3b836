"""What a list will look like before it is sent: every row judged and laid out, the worst ones named and drawn."""
