import { Grant, type IGrantable, type PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Gives somebody what statements say. */
export const grant = (grantee: IGrantable, statements: readonly PolicyStatement[]): Grant =>
  statements
    .map(({ actions, resources }) => Grant.addToPrincipal({ grantee, actions, resourceArns: resources }))
    .reduce((together, each) => together.combine(each));
