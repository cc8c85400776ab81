output "role_arn" {
  description = "The role that roledrift assumes in this account"
  value       = aws_iam_role.audit.arn
}
